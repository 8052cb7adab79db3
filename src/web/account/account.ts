/** What the service knows of how I sign in, and where I am signed in. */
import { useMutation, useQuery, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import type { Session } from '../../access/session-list-routes.ts'
import { call, get } from '../server/api.ts'
import { addPasskey } from '../sign-in/passkeys.ts'

export type OwnSignIn = Readonly<{
  totpSince: string | null
  recoveryCodesLeft: number
  passkeys: readonly Passkey[]
  passkeysPossible: boolean
  providers: readonly Readonly<{ id: string; name: string; since: string }>[]
  onlyProvider: string | null
  secondFactorRequired: boolean
}>
export type Passkey = Readonly<{ id: string; name: string; since: string; lastUsedAt: string | null }>
export type NewApp = Readonly<{ secret: string; address: string }>
export type RecoveryCodes = Readonly<{ recoveryCodes: readonly string[] }>

const key = ['own-sign-in'] as const
const sessionsKey = ['own-sessions'] as const

export const useOwnSignIn = () => useQuery({ queryKey: key, queryFn: () => get<OwnSignIn>('/api/me/sign-in') })

export const useSessions = () =>
  useQuery({
    queryKey: sessionsKey,
    queryFn: async () => (await get<{ items: Session[] }>('/api/me/sessions')).items,
  })

/** What it did is asked for anew afterwards. */
function useChange<T, V = void>(change: (value: V) => Promise<T>): UseMutationResult<T, Error, V> {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await Promise.all([key, sessionsKey].map((queryKey) => client.invalidateQueries({ queryKey })))
    },
  })
}

const passkeyPath = (id: string): string => `/api/me/passkeys/${encodeURIComponent(id)}`

export const useChangePassword = () =>
  useChange((body: { currentPassword: string; newPassword: string }) => call('PUT', '/api/me/password', body))
export const useBeginApp = () => useMutation({ mutationFn: () => call<NewApp>('POST', '/api/me/totp') })
export const useConfirmApp = () =>
  useChange((code: string) => call<RecoveryCodes>('POST', '/api/me/totp/confirmation', { code }))
export const useRemoveApp = () => useChange(() => call('DELETE', '/api/me/totp'))
export const useRenewCodes = () => useChange(() => call<RecoveryCodes>('POST', '/api/me/recovery-codes'))
export const useAddPasskey = () => useChange(addPasskey)
export const useRenamePasskey = () =>
  useChange(({ id, name }: { id: string; name: string }) => call('PATCH', passkeyPath(id), { name }))
export const useRemovePasskey = () => useChange((id: string) => call('DELETE', passkeyPath(id)))
export const useEndSession = () => useChange((id: string) => call('DELETE', `/api/me/sessions/${id}`))
export const useEndOthers = () => useChange(() => call<{ ended: number }>('DELETE', '/api/me/sessions'))
