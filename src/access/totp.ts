/** Codes of an authenticator app: RFC 6238 with what every app knows, SHA-1, six digits, 30 seconds. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const digits = 6
const stepMs = 30_000
/** A clock may be one step off either way (RFC 6238, 5.2). */
const driftSteps = 1
const issuer = 'Centralita'

/** 160 bits in base32 (RFC 4226, 4), as people type it where they can't scan. */
export const newTotpSecret = (): string => toBase32(randomBytes(20))

/** What the QR code says. */
export function totpAddress(secret: string, username: string): string {
  const query = new URLSearchParams({ secret, issuer, algorithm: 'SHA1', digits: String(digits), period: '30' })
  return `otpauth://totp/${issuer}:${encodeURIComponent(username)}?${query}`
}

/**
 * The step whose code this is; null: none near `now`. Steps up to `lastStep` don't count, so that a code that was seen
 * over a shoulder is worth nothing once it has been used.
 */
export function stepOfCode(secret: string, code: string, now: number, lastStep: number): number | null {
  const given = Buffer.from(code.replaceAll(' ', ''))
  const current = Math.floor(now / stepMs)
  let found: number | null = null
  for (let step = current - driftSteps; step <= current + driftSteps; step += 1) {
    const wanted = Buffer.from(codeAt(secret, step))
    // Every step is compared, so that the time it takes says nothing.
    const fits = given.length === wanted.length && timingSafeEqual(given, wanted)
    if (fits && step > lastStep) found ??= step
  }
  return found
}

export function codeAt(secret: string, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const hash = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const offset = (hash.at(-1) ?? 0) & 0xf
  const truncated = hash.readUInt32BE(offset) & 0x7fffffff
  return String(truncated % 10 ** digits).padStart(digits, '0')
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function toBase32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const groups = bits.match(/.{1,5}/g) ?? []
  return groups.map((group) => alphabet[parseInt(group.padEnd(5, '0'), 2)]).join('')
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((sign) => alphabet.indexOf(sign).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))
}
