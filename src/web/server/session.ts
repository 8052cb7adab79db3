/** Who is signed in. */
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import type { Role } from '../../platform/http/principal.ts'
import { call, get, Refused } from './api.ts'

export type Me = Readonly<{ id: string; username: string | null; name: string; role: Role }>

const key = ['me'] as const

/** null: nobody. */
export function useMe(): UseQueryResult<Me | null> {
  return useQuery({
    queryKey: key,
    queryFn: async () => {
      try {
        return await get<Me>('/api/me')
      } catch (error) {
        if (error instanceof Refused && error.status === 401) return null
        throw error
      }
    },
    staleTime: Infinity,
    retry: true,
    retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 10_000),
  })
}

export function useSignIn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { username: string; password: string }) => call<{ user: Me }>('POST', '/api/sessions', body),
    onSuccess: ({ user }) => client.setQueryData(key, user),
  })
}

export function useSignOut() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call('DELETE', '/api/sessions/current'),
    // Signed out already is signed out as well.
    onSettled: () => {
      client.setQueryData(key, null)
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== key[0] })
    },
  })
}

const order: readonly Role[] = ['agent', 'supervisor', 'admin']
export const mayActAs = (me: Me, role: Role): boolean => order.indexOf(me.role) >= order.indexOf(role)
