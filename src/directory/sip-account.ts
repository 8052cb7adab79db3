/** SIP accounts of agents' phones. Only the digest of RFC 7616 (HA1) is kept. */
import { createHash, randomInt } from 'node:crypto'
import type { AgentId } from '../core/ids.ts'

export const sipRealm = 'centralita'

export type SipAccount = Readonly<{ agentId: AgentId; username: string; ha1: string; realm: string }>

/** MD5 because phones and the digest scheme ask for it; the password's 118 random bits are what holds. */
export const ha1Of = (username: string, password: string): string =>
  createHash('md5').update(`${username}:${sipRealm}:${password}`).digest('hex')

// No sign that a phone's web form, a shell or a SIP URI would need quoted.
const signs = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789'

export const generateSipPassword = (): string =>
  Array.from({ length: 20 }, () => signs[randomInt(signs.length)]).join('')
