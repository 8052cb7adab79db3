import { describe, expect, it } from 'vitest'
import { normaliseIdentity } from '../../../src/history/customer/identity.ts'

const phone = (raw: string) => normaliseIdentity('phone', raw, 'RO')?.value ?? null

describe('a number', () => {
  it.each([
    ['0721 234 567', '+40721234567'],
    ['(0721) 234-567', '+40721234567'],
    ['0040721234567', '+40721234567'],
    ['40721234567', '+40721234567'],
    ['4915112345678', '+4915112345678'],
    ['+44 20 7946 0958', '+442079460958'],
    ['sip:+40721234567@trunk.example;user=phone', '+40721234567'],
    ['"Ion" <sip:0721234567@trunk.example>', '+40721234567'],
    ['tel:+40721234567;ext=1', '+40721234567'],
  ])('%s becomes %s', (raw, value) => expect(phone(raw)).toBe(value))

  it.each(['112', '1000', '116117', '*72', '#31#'])('%s stays as it is dialled', (raw) => expect(phone(raw)).toBe(raw))

  it.each(['', ' ', 'anonymous', 'Anonymous', 'sip:anonymous@anonymous.invalid', 'unavailable', 'restricted', '-1'])(
    'that reads "%s" is withheld',
    (raw) => expect(phone(raw)).toBeNull(),
  )

  it('holds nothing that a database refuses, however long', () => {
    expect(phone(`al\u0000ice${'x'.repeat(500)}`)).toMatch(/^alicex{185}$/)
  })

  it('of another country is told by the entry point', () => {
    expect(normaliseIdentity('phone', '030 901820', 'DE')?.value).toBe('+4930901820')
  })
})

describe('an address or handle', () => {
  it('is the same in any case and width', () => {
    expect(normaliseIdentity('email', ' Ion@Example.ORG ', 'RO')).toEqual({ kind: 'email', value: 'ion@example.org' })
    expect(normaliseIdentity('handle', 'Ｉｏｎ', 'RO')).toEqual({ kind: 'handle', value: 'ion' })
    expect(normaliseIdentity('email', '  ', 'RO')).toBeNull()
  })
})
