/** How a receiver tells that a webhook is ours and fresh: HMAC-SHA256 over the time and the body as it was sent. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export const signatureHeader = 'centralita-signature'

export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64url')}`
}

/** `t=<seconds>,v1=<hex>`. */
export function sign(secret: string, body: string, seconds: number): string {
  return `t=${seconds},v1=${digest(secret, body, seconds)}`
}

/** What the documentation tells receivers to do; `toleranceSeconds`: how old a webhook may be. */
export function isGenuine(
  header: string,
  {
    secret,
    body,
    nowSeconds,
    toleranceSeconds = 300,
  }: { secret: string; body: string; nowSeconds: number; toleranceSeconds?: number },
): boolean {
  const parts = new Map(header.split(',').map((part) => part.split('=', 2) as [string, string]))
  const seconds = Number(parts.get('t'))
  const given = Buffer.from(parts.get('v1') ?? '', 'hex')
  const expected = Buffer.from(digest(secret, body, seconds), 'hex')
  if (!(Math.abs(nowSeconds - seconds) <= toleranceSeconds)) return false
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function digest(secret: string, body: string, seconds: number): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
}
