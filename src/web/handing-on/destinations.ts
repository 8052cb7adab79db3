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
