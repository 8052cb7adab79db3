import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeContact } from '../../../../src/core/customer/cases.ts'
import { likeness, proposedFrom, type Profile } from '../../../../src/core/customer/duplicates.ts'
import { joinSignedUser } from '../../../../src/core/customer/joining.ts'
import { nameSimilarity } from '../../../../src/core/customer/names.ts'
import { satisfactionOf } from '../../../../src/core/customer/satisfaction.ts'

const profile = (id: string, more: Partial<Profile> = {}): Profile => ({
  id,
  name: null,
  company: null,
  identities: [],
  identifying: {},
  ...more,
})
const phone = (value: string, linked = true) => ({ kind: 'phone' as const, value, linked })
const email = (value: string) => ({ kind: 'email' as const, value, linked: true })
const user = (value: string) => ({ kind: 'user' as const, value, linked: true })
const score = (a: Profile, b: Profile) => likeness(a, b)?.score ?? 0

describe('whether two customers are one', () => {
  it('is proposed for a shared number, more surely with a similar name', () => {
    const number = score(
      profile('a', { identities: [phone('+1')] }),
      profile('b', { identities: [phone('+1', false)] }),
    )
    expect(number).toBeGreaterThanOrEqual(proposedFrom)
    const named = score(
      profile('a', { name: 'Ana Pop', identities: [phone('+1')] }),
      profile('b', { name: 'Pop Ana', identities: [phone('+1', false)] }),
    )
    expect(named).toBeGreaterThan(number)
  })

  it('is not proposed for a name alone, nor with a public mail domain, but with an employer’s', () => {
    const at = (domain: string, local: string) =>
      profile(local, { name: 'Ion Radu', identities: [email(`${local}@${domain}`)] })
    expect(score(profile('a', { name: 'Ion Radu' }), profile('b', { name: 'Ion Radu' }))).toBeLessThan(proposedFrom)
    expect(score(at('gmail.com', 'x1'), at('gmail.com', 'x2'))).toBeLessThan(proposedFrom)
    expect(score(at('acme.example', 'x1'), at('acme.example', 'x2'))).toBeGreaterThanOrEqual(proposedFrom)
  })

  it('is refuted by two signed-in users and by two numbers in the CRM', () => {
    const same = { identities: [phone('+1')] }
    expect(
      likeness(
        profile('a', { identities: [phone('+1'), user('u1')] }),
        profile('b', { identities: [phone('+1'), user('u2')] }),
      ),
    ).toBeNull()
    expect(
      likeness(profile('a', { ...same, identifying: { crm: 1 } }), profile('b', { ...same, identifying: { crm: 2 } })),
    ).toBeNull()
  })

  it('says nothing of those who keep their number to themselves', () => {
    expect(likeness(profile('a'), profile('b'))).toBeNull()
  })

  it('is the same in either direction and never certain', () => {
    const some = fc.record({
      name: fc.constantFrom(null, 'Ana Pop', 'Pop Anna', 'Ion'),
      company: fc.constantFrom(null, 'Acme', 'Beta'),
      identities: fc.subarray([phone('+1'), phone('+2', false), email('ana.pop@acme.example'), user('u')]),
      identifying: fc.constantFrom({}, { crm: 1 }),
    })
    fc.assert(
      fc.property(some, some, (x, y) => {
        const [a, b] = [profile('a', x), profile('b', y)]
        expect(score(a, b)).toBe(score(b, a))
        expect(score(a, b)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('compares names in any order, case and accents', () => {
    expect(nameSimilarity('Ștefan MUREȘANU', 'muresanu stefan')).toBe(1)
    expect(nameSimilarity('Ana', 'Ion')).toBeLessThan(0.5)
  })
})

describe('a visitor who signs in', () => {
  const visitor = { customerId: 'v', leadingId: 'v', users: [] as string[] }
  it('is linked, merged, left as is, or kept apart', () => {
    expect(joinSignedUser(visitor, { id: 'u', customerId: null, leadingId: null })).toEqual({
      kind: 'link',
      customerId: 'v',
    })
    expect(joinSignedUser(visitor, { id: 'u', customerId: 'r', leadingId: 'l' })).toEqual({
      kind: 'merge',
      survivorId: 'l',
      absorbedId: 'v',
    })
    expect(joinSignedUser({ ...visitor, leadingId: 'l' }, { id: 'u', customerId: 'r', leadingId: 'l' }).kind).toBe(
      'none',
    )
    expect(joinSignedUser({ ...visitor, users: ['w'] }, { id: 'u', customerId: 'r', leadingId: 'r' })).toEqual({
      kind: 'apart',
      customerId: 'r',
    })
  })
})

describe('the case of a new contact', () => {
  const day = 86_400_000
  const open = (id: string, lastContactAt: number) => ({ id, state: 'open' as const, lastContactAt, closedAt: null })
  const closed = (id: string, closedAt: number) => ({ id, state: 'closed' as const, lastContactAt: 0, closedAt })
  it('is the only open one, else the one just closed, else nobody can tell', () => {
    const at = 100 * day
    expect(placeContact([open('a', 90 * day), closed('b', 99 * day)], at)).toEqual({ kind: 'join', caseId: 'a' })
    expect(placeContact([open('a', 1), closed('b', 99 * day), closed('c', 98 * day)], at)).toEqual({
      kind: 'reopen',
      caseId: 'b',
    })
    expect(placeContact([open('a', 99 * day), open('b', 99 * day)], at)).toEqual({ kind: 'ambiguous' })
    expect(placeContact([closed('b', 90 * day)], at)).toEqual({ kind: 'none' })
  })
})

describe('satisfaction', () => {
  const answers = (...scores: number[]) =>
    scores.map((value, i) => ({ at: scores.length - i, interactionId: 'i', nodeId: 'n', score: value }))
  it('averages the newest and tells where it goes, once there is enough to tell', () => {
    expect(satisfactionOf([])).toEqual({ average: null, trend: null })
    expect(satisfactionOf(answers(5))).toEqual({ average: 5, trend: null })
    expect(satisfactionOf(answers(1, 1, 5, 5)).trend).toBe('falling')
    expect(satisfactionOf(answers(5, 5, 1, 1)).trend).toBe('rising')
    expect(satisfactionOf(answers(4, 4, 4, 4, 4, 4, 4)).trend).toBe('steady')
  })
})
