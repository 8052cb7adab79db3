/** Whole lists of the directory, shared by the pages that show them. */
import { useQuery } from '@tanstack/react-query'
import { get } from './api.ts'

/** undefined: not read yet. */
export function useList<T>(path: string): readonly T[] | undefined {
  const { data } = useQuery({
    queryKey: ['list', path],
    queryFn: async () => (await get<{ items: readonly T[] }>(path)).items,
  })
  return data
}
