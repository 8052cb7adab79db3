/** Bearer tokens: 256 random bits each; only their SHA-256 is ever stored. */
import { createHash, randomBytes } from 'node:crypto'

export type TokenKind = 'session' | 'api-key'

const prefixes: Readonly<Record<TokenKind, string>> = { session: 'cts_', 'api-key': 'ctk_' }

export const newToken = (kind: TokenKind): string => prefixes[kind] + randomBytes(32).toString('base64url')

/** A fast hash is enough: unlike a password, 256 random bits can't be guessed from it. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** null: not one of ours, so nothing needs looking up. */
export function kindOfToken(token: string): TokenKind | null {
  if (!/^ct[sk]_[A-Za-z0-9_-]{43}$/.test(token)) return null
  return token.startsWith(prefixes.session) ? 'session' : 'api-key'
}
