/** Names of queues, skills and reasons: asked once, for they seldom change. */
import { useQuery } from '@tanstack/react-query'
import { get } from '../server/api.ts'

type Labelled = Readonly<{ id: string; name: string }>
type Catalogue = 'queues' | 'skills' | 'not-ready-reasons'

export function useCatalogue(name: Catalogue): readonly Labelled[] {
  const { data } = useQuery({
    queryKey: ['catalogue', name],
    queryFn: () => get<{ items: readonly Labelled[] }>(`/api/${name}`),
    staleTime: 5 * 60_000,
  })
  return data?.items ?? []
}

/** Falls back on the id, which says something as well. */
export function useNameOf(name: Catalogue): (id: string) => string {
  const items = useCatalogue(name)
  return (id) => items.find((item) => item.id === id)?.name ?? id
}
