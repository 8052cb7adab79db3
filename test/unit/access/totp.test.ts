import { Secret, TOTP, URI } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { codeAt, newTotpSecret, stepOfCode, totpAddress } from '../../../src/access/totp.ts'

/** RFC 6238, appendix B: the secret `12345678901234567890`, the last six of eight digits. */
const rfcSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const at = 1_700_000_010_000
const step = Math.floor(at / 30_000)

describe('codes of an authenticator app', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('are those of RFC 6238 at %i s', (seconds, code) => {
    expect(codeAt(rfcSecret, Math.floor(seconds / 30))).toBe(code)
  })

  it('are those of an app that reads our QR code', () => {
    const secret = newTotpSecret()
    const app = URI.parse(totpAddress(secret, 'ana'))
    expect(app).toMatchObject({ issuer: 'Centralita', label: 'ana', digits: 6, period: 30, algorithm: 'SHA1' })
    expect(app.secret.base32).toBe(secret)
    if (!(app instanceof TOTP)) throw new Error('no TOTP')
    for (const timestamp of [30_000, at, at + 30_000])
      expect(stepOfCode(secret, app.generate({ timestamp }), timestamp, -1)).toBe(Math.floor(timestamp / 30_000))
  })

  it('may be one step late or early, and no more', () => {
    const app = new TOTP({ secret: Secret.fromBase32(rfcSecret) })
    const found = [-60, -30, 0, 30, 60].map((seconds) =>
      stepOfCode(rfcSecret, app.generate({ timestamp: at + seconds * 1_000 }), at, 0),
    )
    expect(found).toEqual([null, step - 1, step, step + 1, null])
  })

  it('are never taken twice, nor after a later one', () => {
    expect(stepOfCode(rfcSecret, codeAt(rfcSecret, step), at, step)).toBeNull()
    expect(stepOfCode(rfcSecret, codeAt(rfcSecret, step - 1), at, step)).toBeNull()
    expect(stepOfCode(rfcSecret, codeAt(rfcSecret, step + 1), at, step)).toBe(step + 1)
  })

  it('may be typed in two groups, and are nothing else', () => {
    const code = codeAt(rfcSecret, step)
    expect(stepOfCode(rfcSecret, `${code.slice(0, 3)} ${code.slice(3)}`, at, 0)).toBe(step)
    for (const wrong of ['', '1', `${code}0`, code.slice(1), 'abcdef', 'a'.repeat(10_000)])
      expect(stepOfCode(rfcSecret, wrong, at, 0)).toBeNull()
  })
})
