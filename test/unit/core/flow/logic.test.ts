import { describe, expect, it } from 'vitest'
import type { CustomerFacts } from '../../../../src/core/flow/session.ts'
import { Phone, flow, monday } from './phone.ts'

describe('a branch', () => {
  const branch = (when: string, head = '') =>
    flow(
      `one: { branch: [{ when: '${when}', next: bye }], else: person, on: { error: two } }\ntwo: { say: Oh, next: end }`,
      head,
    )

  it.each([
    ['caller == "+40721000001"', 'bye'],
    ['dialled != "1000"', 'person'],
    ['channel == "voice" && language == "en"', 'bye'],
    ['queues.sales.waiting > 2 && queues.sales.wait >= 90', 'bye'],
    ['now < timestamp("2026-03-02T08:00:01Z")', 'bye'],
    ['now.getHours("Europe/Bucharest") == 10', 'bye'],
    ['customer == null', 'bye'],
    ['config.erp.startsWith("https")', 'bye'],
  ])('decides %s', (when, node) => {
    expect(new Phone(branch(when)).node()).toBe(node)
  })

  it.each(['customer.name == "Ana"', '1 / 0 == 1', '1 + 1'])('takes the way out for errors: %s', (when) => {
    const phone = new Phone(branch(when))
    expect(phone.node()).toBe('two')
    expect(phone.notes('flow-error')).toMatchObject([{ nodeId: 'one' }])
  })
})

describe('set', () => {
  it('computes in order, mixing numbers as they come', () => {
    const phone = new Phone(
      flow(
        'one: { set: { rounds: rounds + 1, total: rounds * 1.5 }, next: two }\ntwo: { say: "{{total}}", next: end }',
        'vars: { rounds: { type: number, default: 1 }, total: { type: number } }',
      ),
    )
    expect(phone.said()).toBe('3')
  })

  it('refuses what doesn’t fit the type', () => {
    const phone = new Phone(
      flow(
        'one: { set: { count: "caller" }, next: two, on: { error: bye } }\ntwo: { say: "{{count}}", next: end }',
        'vars: { count: { type: number } }',
      ),
    )
    expect(phone.node()).toBe('bye')
    expect(phone.notes('flow-error')[0]?.message).toContain('doesn’t fit `count`, which is number')
  })
})

describe('hours', () => {
  const hours = flow(
    `one: { hours: office, into: opens, on: { open: bye, closed: two, holiday: three } }
two: { say: "We open on {{opens | date}} at {{opens | time}}.", next: end }
three: { say: It is a holiday., next: end }`,
  )

  it('tells open, closed with the next opening, and holidays', () => {
    expect(new Phone(hours).node()).toBe('bye')
    expect(new Phone(hours, { at: monday + 8 * 3_600_000 }).said()).toBe('We open on March 16, 2026 at 9:00 AM.')
    expect(new Phone(hours, { at: monday + 7 * 86_400_000 }).said()).toBe('It is a holiday.')
  })

  it('is an error when there are no such hours', () => {
    expect(new Phone(hours, {}, { calendars: {} }).effect('enqueue')).toMatchObject({
      queueId: 'reception',
      fallback: true,
    })
  })
})

describe('an HTTP request', () => {
  const request = flow(
    `one:
  http: { get: "{{config.erp}}/find?name={{caller}}&id={{id}}", headers: { X-Id: "{{id}}" }, timeout: 2s, retries: 1, into: found }
  next: two
  on: { error: person, "404": bye, 5xx: three }
two:
  branch: [{ when: found.due <= now, next: bye }]
  else: four
three: { say: Broken, next: end }
four: { say: "{{found.amount | money RON}}", next: end }`,
    'vars: { id: { type: text, default: "a/b&c" }, found: { type: record, fields: { due: date } } }',
  )

  it('escapes what it fills in, and answers with the body', () => {
    const phone = new Phone(request)
    expect(phone.effect('fetch')).toMatchObject({
      method: 'GET',
      url: 'https://erp.example/find?name=%2B40721000001&id=a%2Fb%26c',
      headers: { 'X-Id': 'a/b&c' },
      timeoutMs: 2000,
      retries: 1,
    })
    const { effectId } = phone.effect('fetch')
    phone.send({ kind: 'fetched', effectId, status: 200, body: { due: '2026-03-09', amount: 1234.5 } })
    expect(phone.said()).toBe('1,234.50 Romanian lei')
  })

  it('compares dates of records as dates, in the zone of the world', () => {
    const phone = new Phone(request)
    const { effectId } = phone.effect('fetch')
    expect(phone.send({ kind: 'fetched', effectId, status: 200, body: { due: '2026-03-02' } }).node()).toBe('bye')
  })

  it('has ways out for statuses, classes of them, and errors', () => {
    const after = (event: object) => {
      const phone = new Phone(request)
      const { effectId } = phone.effect('fetch')
      return phone.send({ effectId, ...event } as Parameters<Phone['send']>[0]).node()
    }
    expect(after({ kind: 'fetched', status: 404, body: null })).toBe('bye')
    expect(after({ kind: 'fetched', status: 503, body: 'x' })).toBe('three')
    expect(after({ kind: 'fetched', status: 301, body: null })).toBe('person')
    expect(after({ kind: 'fetch-failed', reason: 'refused' })).toBe('person')
  })

  it('does not wait for ever', () => {
    const phone = new Phone(request)
    expect(phone.step.wakeAt).toBe(phone.at + 2 * 2000 + 5000)
    expect(phone.silence().node()).toBe('person')
  })

  it('refuses an answer too long to be kept', () => {
    const phone = new Phone(request)
    const { effectId } = phone.effect('fetch')
    expect(phone.send({ kind: 'fetched', effectId, status: 200, body: 'x'.repeat(70_000) }).node()).toBe('person')
  })

  it('sends JSON with the values’ own types', () => {
    const post = new Phone(
      flow(
        'one: { http: { post: "https://erp.example/x", body: { n: "{{n}}", text: "n is {{n}}", list: [1, true, "{{n}}"] } }, next: end, on: { error: end } }',
        'vars: { n: { type: number, default: 4 } }',
      ),
    )
    expect(post.effect('fetch')).toMatchObject({
      method: 'POST',
      body: { n: 4, text: 'n is 4', list: [1, true, 4] },
      retries: 0,
    })
  })

  it('takes keys pressed meanwhile to the menu after it', () => {
    const phone = new Phone(
      flow(`one: { http: { get: "https://a.example" }, next: two, on: { error: end } }
two: { ask: Well?, choices: { "1": { next: bye } }, on: { give-up: end } }`),
    )
    const { effectId } = phone.effect('fetch')
    expect(phone.press('1').send({ kind: 'fetched', effectId, status: 200, body: null }).node()).toBe('bye')
  })
})

describe('a customer look-up', () => {
  const ana: CustomerFacts = {
    id: 'c1',
    name: 'Ana',
    language: 'ro',
    lastAgentId: 'bogdan',
    highValue: true,
    attributes: { tier: 'gold' },
  }
  const lookUp = flow(`one: { customer: caller, on: { found: two, unknown: bye } }
two: { say: 'Hello {{customer.name}}, {{customer.attributes.tier}}', next: end }`)

  it('gives the flow what is known', () => {
    const phone = new Phone(lookUp)
    const { effectId, identity } = phone.effect('look-up-customer')
    expect(identity).toBe('+40721000001')
    expect(phone.send({ kind: 'customer-found', effectId, customer: ana }).said()).toBe('Hello Ana, gold')
  })

  it('goes on without, also when the number is withheld', () => {
    const phone = new Phone(lookUp)
    const { effectId } = phone.effect('look-up-customer')
    expect(phone.send({ kind: 'customer-found', effectId, customer: null }).node()).toBe('bye')
    const withheld = new Phone(lookUp, { contact: { caller: null, dialled: '1000', customer: null } })
    expect(withheld.node()).toBe('bye')
    expect(new Phone(lookUp).silence().node()).toBe('bye')
  })
})

describe('another flow', () => {
  const caller = `
flow: outer
languages: [en, ro]
vars: { answer: { type: number } }
start: one
nodes:
  one: { flow: inner, with: { base: "20" }, into: { answer: result }, next: two, on: { cancelled: gone } }
  two: { say: "{{answer}}", next: end }
  gone: { say: { en: Cancelled, ro: Anulat }, next: end }
`
  const inner = `
flow: inner
languages: [en]
vars: { base: { type: number, input: true }, result: { type: number } }
start: menu
nodes:
  menu: { ask: Well?, choices: { "1": { next: compute }, "2": { next: no } }, on: { give-up: no } }
  compute: { set: { result: base + 1 }, next: end }
  no: { end: cancelled }
`
  it('is given values, gives values back, and ends by its outcome', () => {
    const phone = new Phone([caller, inner]).press('1')
    expect(phone.said()).toBe('21')
    expect(phone.step.session.frames).toHaveLength(1)
    // It has no result then, so it can't be taken.
    expect(new Phone([caller, inner]).press('2').effect('enqueue').fallback).toBe(true)
    const none = caller.replace('into: { answer: result }, ', '').replace('"{{answer}}"', '"-"')
    expect(new Phone([none, inner], { language: 'ro' }).press('2').said()).toBe('Anulat')
  })

  it('is an error when it isn’t there, or calls itself for ever', () => {
    expect(new Phone(caller).effect('enqueue').fallback).toBe(true)
    const circular = `
flow: outer
languages: [en]
start: one
nodes: { one: { flow: outer, next: end } }
`
    expect(new Phone(circular).effect('enqueue').fallback).toBe(true)
  })

  it('hands its errors to the flow that called it', () => {
    const broken = inner.replace('result: base + 1', 'result: "1 / 0"')
    const caught = caller.replace('cancelled: gone', 'error: gone')
    expect(new Phone([caught, broken]).press('1').said()).toBe('Cancelled')
  })
})
