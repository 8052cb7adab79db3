/** Who is signed in, and how one gets in. */
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import type { SignInAnswer } from '../../access/sign-in-answer.ts'
import type { SecondWay } from '../../access/entry.ts'
import type { Role } from '../../platform/http/principal.ts'
import { call, get, Refused } from './api.ts'

export type Me = Readonly<{
  id: string
  username: string | null
  name: string
  role: Role
  /** Nothing works but setting up a second factor. */
  secondFactorDue: boolean
  /** Nothing works but choosing a password. */
  passwordDue: boolean
}>

export type WaysIn = Readonly<{
  passkeys: boolean
  providers: readonly Readonly<{ id: string; name: string }>[]
  /** What is still owed after the first factor. */
  secondFactor: Readonly<{ ways: readonly SecondWay[] }> | null
  /** It came too late, or was wrong too often. */
  isOver?: boolean
}>

const key = ['me'] as const
const waysKey = ['ways-in'] as const
const unknownWays: WaysIn = { passkeys: false, providers: [], secondFactor: null }

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

/** A password is asked for also while the other ways aren't known. */
export function useWaysIn(): WaysIn {
  return (
    useQuery({ queryKey: waysKey, queryFn: () => get<WaysIn>('/api/sessions/ways'), staleTime: Infinity }).data ??
    unknownWays
  )
}

/** By whichever way: it ends with a session, or with a second factor that is due. */
export function useEnter() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (enter: () => Promise<SignInAnswer>) => enter(),
    onSuccess: (answer) => {
      const secondFactor = 'secondFactor' in answer ? { ways: answer.secondFactor.ways } : null
      client.setQueryData<WaysIn>(waysKey, (ways = unknownWays) => ({ ...ways, secondFactor, isOver: false }))
      if ('user' in answer) client.setQueryData<Me>(key, answer.user)
    },
    onError: (error) => {
      if (error instanceof Refused && error.code === 'begin-again')
        client.setQueryData<WaysIn>(waysKey, (ways = unknownWays) => ({
          ...ways,
          secondFactor: null,
          isOver: true,
        }))
    },
  })
}

/** Back to the first factor. */
export function useStartAgain() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call('DELETE', '/api/sessions/second-factor'),
    onSettled: () => client.setQueryData<WaysIn>(waysKey, (ways = unknownWays) => ({ ...ways, secondFactor: null })),
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

/** After the second factor was set up: who I am is asked again. */
export function useAskAgain(): () => void {
  const client = useQueryClient()
  return () => void client.invalidateQueries({ queryKey: key })
}

const order: readonly Role[] = ['agent', 'supervisor', 'admin']
export const mayActAs = (me: Me, role: Role): boolean => order.indexOf(me.role) >= order.indexOf(role)
