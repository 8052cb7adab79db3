/** A visitor who has signed in on the site, vouched for by it: a JWT (RFC 7519) with HS256 and the widget's secret. */
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Instant } from '../../core/ids.ts'
import { isSame, jsonOf } from './visitor-token.ts'

const header = z.object({ alg: z.literal('HS256') })
const claims = z.object({
  sub: z.string().min(1).max(190),
  name: z.string().max(200).optional(),
  email: z.email().max(190).optional(),
  phone: z.string().max(40).optional(),
  exp: z.number(),
  nbf: z.number().optional(),
})

export type SiteUser = Readonly<{ sub: string; name: string | null; email: string | null; phone: string | null }>

/** Clocks of two machines differ. */
const leewaySeconds = 60

/** A text says what is wrong with it, for the developer who looks into the console. */
export function readSiteToken(token: string, secret: string, at: Instant): SiteUser | string {
  const [head = '', body = '', seal = ''] = token.split('.')
  if (!header.safeParse(jsonOf(head)).success) return 'the header must say {"alg":"HS256"}'
  if (!isSame(seal, createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url')))
    return 'the signature is not made with this widget’s secret'
  const parsed = claims.safeParse(jsonOf(body))
  if (!parsed.success) return z.prettifyError(parsed.error)
  const { sub, name = null, email = null, phone = null, exp, nbf = 0 } = parsed.data
  const seconds = at / 1_000
  if (seconds > exp + leewaySeconds) return 'it has expired: make one when the page is made, and again when asked'
  if (seconds < nbf - leewaySeconds) return 'it is not valid yet'
  return { sub, name, email, phone }
}
