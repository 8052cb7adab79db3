/** Who a visitor's browser is, signed by us: kept by the page, it leads back to the same thread after an hour or a month. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { EntryPointId, Instant } from '../../core/ids.ts'

/** A page that was away for longer begins anew. */
const validMs = 400 * 24 * 3_600_000

/** A link that was not followed for so long leads nowhere. */
export const invitationValidMs = 24 * 3_600_000

const claims = z.object({ v: z.guid(), e: z.string(), t: z.number() })

export type VisitorIdentity = Readonly<{ visitorId: string; entryPointId: EntryPointId }>

export const signVisitor = (who: VisitorIdentity, secret: string, at: Instant): string =>
  sign('visitor', who, secret, at)

/** null: not ours, or too old. */
export const readVisitor = (token: string, secret: string, at: Instant): VisitorIdentity | null =>
  read('visitor', token, secret, at, validMs)

/** For a link: whoever follows it in time is that visitor. */
export const signInvitation = (who: VisitorIdentity, secret: string, at: Instant): string =>
  sign('invitation', who, secret, at)

/** null: not ours, or too old. */
export const readInvitation = (code: string, secret: string, at: Instant): VisitorIdentity | null =>
  read('invitation', code, secret, at, invitationValidMs)

type Kind = 'visitor' | 'invitation'

function sign(kind: Kind, { visitorId, entryPointId }: VisitorIdentity, secret: string, at: Instant): string {
  const body = Buffer.from(JSON.stringify({ v: visitorId, e: entryPointId, t: at })).toString('base64url')
  return `${body}.${sealOf(kind, body, secret)}`
}

function read(kind: Kind, token: string, secret: string, at: Instant, forMs: number): VisitorIdentity | null {
  const [body = '', seal = ''] = token.split('.')
  if (!isSame(seal, sealOf(kind, body, secret))) return null
  const parsed = claims.safeParse(jsonOf(body))
  if (!parsed.success || at - parsed.data.t > forMs) return null
  return { visitorId: parsed.data.v, entryPointId: parsed.data.e }
}

function sealOf(kind: Kind, body: string, secret: string): string {
  return createHmac('sha256', secret).update(`${kind} ${body}`).digest('base64url')
}

export function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** undefined: no JSON. */
export function jsonOf(base64url: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
