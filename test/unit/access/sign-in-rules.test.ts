import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { deviceOf } from '../../../src/access/device.ts'
import { usernameIn } from '../../../src/access/identity-provider.ts'
import { hashOfRecoveryCode, isAppCode, newRecoveryCodes } from '../../../src/access/recovery-codes.ts'
import { sealingKey, secretBox } from '../../../src/access/secret-box.ts'
import { createSessionWatch } from '../../../src/access/session-watch.ts'
import { siteOf } from '../../../src/access/site.ts'

const folder = mkdtempSync(join(tmpdir(), 'ct-box-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('sealed secrets', () => {
  it('open with their key and for their purpose alone', () => {
    const box = secretBox('one key, made by chance')
    const sealed = box.seal('the secret', 'totp ana')
    expect(sealed).not.toContain('secret')
    expect(box.open(sealed, 'totp ana')).toBe('the secret')
    expect(box.open(sealed, 'totp bogdan')).toBeNull()
    expect(secretBox('another key').open(sealed, 'totp ana')).toBeNull()
    expect(box.open(`${sealed.slice(0, -2)}AA`, 'totp ana')).toBeNull()
    expect(box.open('', 'totp ana')).toBeNull()
    expect(box.seal('the secret', 'totp ana')).not.toBe(sealed)
  })

  it('have a key that is made once and only its owner can read', () => {
    const key = sealingKey(null, folder)
    expect(Buffer.from(key, 'base64url')).toHaveLength(32)
    expect(sealingKey(null, folder)).toBe(key)
    expect(statSync(join(folder, 'sealing.key')).mode & 0o777).toBe(0o600)
    expect(sealingKey('the operator’s own', folder)).toBe('the operator’s own')
  })
})

describe('recovery codes', () => {
  it('are ten that differ, and may be typed as one likes', () => {
    const codes = newRecoveryCodes()
    expect(new Set(codes).size).toBe(10)
    const [code = ''] = codes
    const typed = ` ${code.toUpperCase().replaceAll('-', ' ')}`
    expect(hashOfRecoveryCode(typed)).toEqual(hashOfRecoveryCode(code))
    expect(isAppCode(code)).toBe(false)
    expect(isAppCode('123 456')).toBe(true)
  })
})

describe('who somebody is whom a provider vouches for', () => {
  const settings = { usernameClaim: 'preferred_username', emailDomain: null }
  const byMail = { usernameClaim: 'email', emailDomain: 'example.com' }

  it('is the one of that username', () => {
    expect(usernameIn({ sub: '1', preferred_username: ' Ana.Pop ' }, settings)).toBe('ana.pop')
  })

  it('is the one before the @, of one domain and a verified address', () => {
    expect(usernameIn({ email: 'Ana@Example.com', email_verified: true }, byMail)).toBe('ana')
    expect(() => usernameIn({ email: 'ana@example.com' }, byMail)).toThrow('not verified')
    expect(() => usernameIn({ email: 'ana@elsewhere.example', email_verified: true }, byMail)).toThrow('not of')
    const looksLike = { email: 'ana@elsewhere.example@example.com', email_verified: true }
    expect(() => usernameIn(looksLike, byMail)).toThrow('nothing that can be a username')
  })

  it('is nobody when the claim is missing or says nothing, with what to change', () => {
    expect(() => usernameIn({ sub: '1', email: 'x' }, settings)).toThrow(
      'the claim preferred_username is missing: add it at the provider, or set usernameClaim to one of: sub, email',
    )
    expect(() => usernameIn({ preferred_username: 'ana@example.com' }, settings)).toThrow('set emailDomain')
    expect(() => usernameIn({ preferred_username: 'Ana Pop' }, settings)).toThrow('choose another')
    expect(() => usernameIn({ preferred_username: 7 }, settings)).toThrow('is missing')
  })
})

describe('where passkeys belong', () => {
  const request = { protocol: 'http', host: 'localhost:8080' } as const

  it('is the public address, whatever the request says', () => {
    expect(siteOf('https://calls.example.org', { protocol: 'http', host: 'evil.example' })).toEqual({
      url: 'https://calls.example.org',
      origin: 'https://calls.example.org',
      passkeyDomain: 'calls.example.org',
    })
  })

  it('is the address asked for where none is set, if browsers make passkeys there', () => {
    expect(siteOf(null, request)).toMatchObject({ origin: 'http://localhost:8080', passkeyDomain: 'localhost' })
    expect(siteOf(null, { protocol: 'https', host: 'calls.lan' }).passkeyDomain).toBe('calls.lan')
    expect(siteOf(null, { protocol: 'http', host: 'calls.lan' }).passkeyDomain).toBeNull()
    expect(siteOf(null, { protocol: 'https', host: '192.0.2.1' }).passkeyDomain).toBeNull()
    expect(siteOf(null, { protocol: 'https', host: '[::1]:8080' }).passkeyDomain).toBeNull()
  })
})

describe('devices', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
      'Chrome',
      'Linux',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0',
      'Edge',
      'Windows',
    ],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox', 'macOS'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1', 'Safari', 'iOS'],
    ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36', 'Chrome', 'Android'],
    ['Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/156.0 Safari/537.36', 'Chrome', 'Linux'],
    ['node', null, null],
    [null, null, null],
  ])('%s', (userAgent, browser, system) => {
    expect(deviceOf(userAgent)).toEqual({ browser, system })
  })
})

describe('connections of a session', () => {
  it('end once, with their session, and not after they have ended by themselves', () => {
    const watch = createSessionWatch()
    const ended: string[] = []
    watch.watch('a', () => ended.push('a1'))
    const stop = watch.watch('a', () => ended.push('a2'))
    watch.watch('b', () => ended.push('b'))
    stop()
    watch.end(['a', 'unknown'])
    watch.end(['a'])
    expect(ended).toEqual(['a1'])
    expect(watch.watched()).toEqual(['b'])
  })
})
