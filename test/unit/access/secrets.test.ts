import { describe, expect, it } from 'vitest'
import { generatePassword, hashPassword, verifyPassword } from '../../../src/access/passwords.ts'
import { hashToken, kindOfToken, newToken } from '../../../src/access/tokens.ts'

describe('passwords', () => {
  it('are kept as Argon2id and verified against it', async () => {
    const hash = await hashPassword('correct horse battery')
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await verifyPassword(hash, 'correct horse battery')).toBe(true)
    expect(await verifyPassword(hash, 'correct horse batterx')).toBe(false)
  })

  it('of unknown users never verify, whatever is given', async () => {
    expect(await verifyPassword(undefined, '')).toBe(false)
    expect(await verifyPassword(undefined, 'anything at all')).toBe(false)
  })

  it('that are generated can be read aloud and differ', () => {
    const made = Array.from({ length: 200 }, generatePassword)
    for (const password of made) expect(password).toMatch(/^[a-hj-km-np-z2-9]{4}(-[a-hj-km-np-z2-9]{4}){3}$/)
    expect(new Set(made).size).toBe(200)
  })
})

describe('tokens', () => {
  it('carry 256 random bits and say what they are', () => {
    const session = newToken('session')
    expect(Buffer.from(session.slice(4), 'base64url')).toHaveLength(32)
    expect(kindOfToken(session)).toBe('session')
    expect(kindOfToken(newToken('api-key'))).toBe('api-key')
    expect(hashToken(session)).toHaveLength(32)
  })

  it('that are not ours are told without looking them up', () => {
    for (const text of ['', 'x', 'cts_', `ctx_${'a'.repeat(43)}`, `${newToken('session')}a`])
      expect(kindOfToken(text)).toBeNull()
  })
})
