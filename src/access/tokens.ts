/** Bearer tokens: 256 random bits each; only their SHA-256 is ever stored. */
import { createHash, randomBytes } from 'node:crypto'

/** `step`: of somebody who has shown the first factor and owes the second. */
export type TokenKind = 'session' | 'api-key' | 'step'

const prefixes: Readonly<Record<TokenKind, string>> = { session: 'cts_', 'api-key': 'ctk_', step: 'ctt_' }

export const newToken = (kind: TokenKind): string => prefixes[kind] + randomBytes(32).toString('base64url')

/** A fast hash is enough: unlike a password, 256 random bits can't be guessed from it. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** null: not one of ours, so nothing needs looking up. */
export function kindOfToken(token: string): TokenKind | null {
  if (!/^ct[skt]_[A-Za-z0-9_-]{43}$/.test(token)) return null
  if (token.startsWith(prefixes.step)) return 'step'
  return token.startsWith(prefixes.session) ? 'session' : 'api-key'
}
