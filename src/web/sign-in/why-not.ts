/** Why somebody didn't get in, and what they can do, in their language. */
import type { SsoProblem } from '../../access/identity-provider.ts'
import type { Text } from '../languages/language.ts'
import { Refused, tell } from '../server/api.ts'
import { isNotUsed } from './passkeys.ts'

export function whyNot(error: Error, t: Text): string {
  if (isNotUsed(error)) return t('signIn.passkey.notUsed')
  if (!(error instanceof Refused)) return tell(error, t)
  const details = (error.details ?? {}) as { retryAfterMs?: number; provider?: { name: string } }
  switch (error.code) {
    case 'locked':
      return t('signIn.locked', { count: Math.ceil((details.retryAfterMs ?? 1_000) / 1_000) })
    case 'use-provider':
      return t('signIn.onlyProvider', { name: details.provider?.name ?? '' })
    case 'begin-again':
      return t('signIn.second.over')
    default:
      return tell(error, t)
  }
}

const problems = [
  'unknown-provider',
  'unreachable',
  'misconfigured',
  'clock',
  'refused',
  'expired',
  'no-username',
  'email-unverified',
  'unknown-person',
  'linked-elsewhere',
  'disabled',
] as const satisfies readonly SsoProblem[]

/** What the address says of a way through a provider that led nowhere; null: nothing. It is told once. */
export function problemOfAddress(): SsoProblem | null {
  const address = new URL(location.href)
  const said = address.searchParams.get('sign-in')
  if (said === null) return null
  address.searchParams.delete('sign-in')
  history.replaceState(history.state, '', address)
  return problems.find((problem) => problem === said) ?? 'misconfigured'
}
