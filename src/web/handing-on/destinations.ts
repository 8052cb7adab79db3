/** Where a conversation can go: colleagues, queues, and numbers. */
import { useQuery } from '@tanstack/react-query'
import type { Colleague } from '../../directory/colleague-routes.ts'
import { get } from '../server/api.ts'

export function useColleagues(isAsked: boolean): readonly Colleague[] {
  const { data } = useQuery({
    queryKey: ['colleagues'],
    queryFn: () => get<{ items: readonly Colleague[] }>('/api/colleagues'),
    enabled: isAsked,
    staleTime: 0,
    refetchInterval: isAsked ? 5_000 : false,
  })
  return data?.items ?? []
}

/** What a colleague is called; null: nobody of that id is known. */
export function useColleagueName(): (id: string | null) => string | null {
  const { data } = useQuery({
    queryKey: ['colleagues', 'names'],
    queryFn: () => get<{ items: readonly Colleague[] }>('/api/colleagues'),
    staleTime: 5 * 60_000,
  })
  return (id) => data?.items.find((one) => one.id === id)?.name ?? null
}
