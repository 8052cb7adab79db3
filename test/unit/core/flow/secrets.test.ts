import { describe, expect, it } from 'vitest'
import { checkpoint, resume } from '../../../../src/core/flow/interpreter.ts'
import { Phone, flow } from './phone.ts'

const card = '4111111111111111'
const payment = flow(
  `one: { say: Hello., next: two }
two: { collect: card, say: Card?, end-key: "#", next: three, on: { give-up: person } }
three: { collect: code, say: Code?, next: four, on: { give-up: person } }
four:
  pay: { provider: demo, amount: amount, currency: RON, secrets: { number: card, code: code }, into: receipt }
  next: five
  on: { declined: six, error: person }
five: { say: "Paid, {{receipt.token}}.", next: seven }
six: { say: Declined., next: two }
seven: { ask: Anything else?, choices: { "1": { next: one }, "7": { next: bye } }, on: { give-up: end } }`,
  `vars:
  amount: { type: number, default: 12 }
  card: { type: digits, secret: true, min: 12, max: 19, luhn: true }
  code: { type: digits, secret: true, length: 3 }`,
)
const paying = () => new Phone(payment).listened().press(`${card}#`).press('987')

describe('secret digits', () => {
  it('pause recording while they are typed, from before the prompt until the last of them', () => {
    const phone = new Phone(payment).listened()
    expect(phone.kinds()).toEqual(['secret-input', 'play'])
    expect(phone.effect('secret-input').on).toBe(true)
    phone.press(`${card}#`)
    expect(phone.kinds()).toEqual(['play'])
    phone.press('987')
    expect(phone.kinds()).toEqual(['secret-input', 'pay'])
    expect(phone.effect('secret-input').on).toBe(false)
  })

  it('reach the provider, and the history only as a length', () => {
    const phone = paying()
    const { effectId, ...pay } = phone.effect('pay')
    expect(pay).toMatchObject({ provider: 'demo', amount: 12, currency: 'RON', secrets: { number: card, code: '987' } })
    expect(phone.notes('input-given')).toEqual([
      { kind: 'input-given', at: expect.any(Number) as number, nodeId: 'two', length: 16, secret: true },
      { kind: 'input-given', at: expect.any(Number) as number, nodeId: 'three', length: 3, secret: true },
    ])
    phone.send({ kind: 'paid', effectId, token: 'tok-1', reference: null })
    expect(phone.said()).toBe('Paid, tok-1.')
  })

  it('are forgotten once they were used', () => {
    const phone = paying()
    phone.send({ kind: 'payment-failed', effectId: phone.effect('pay').effectId, reason: 'declined' })
    expect(phone.step.session.secrets.values).toEqual([])
    expect(phone.node()).toBe('six')
  })

  it('are in no checkpoint', () => {
    const phone = new Phone(payment).listened()
    for (const digit of `${card}#98`) {
      phone.press(digit)
      expect(JSON.stringify(checkpoint(phone.step.session))).not.toContain('4111')
    }
  })

  it('don’t answer the menu that follows when too many were typed', () => {
    const quick = payment.replace('next: four', 'next: seven')
    const phone = new Phone(quick).listened().press(`${card}#`)
    phone.send({ kind: 'key', digit: '9' }).send({ kind: 'key', digit: '8' })
    phone.send({ kind: 'key', digit: '6' }).send({ kind: 'key', digit: '7' }, 300)
    expect(phone.node()).toBe('seven')
    expect(phone.notes('input-given').every(({ secret }) => secret)).toBe(true)
    phone.send({ kind: 'key', digit: '7' }, 1500)
    expect(phone.node()).toBe('bye')
  })

  it('take nothing from the keys pressed before, which were recorded', () => {
    const phone = new Phone(payment).press('4')
    expect(phone.node()).toBe('two')
    expect(phone.step.session.secrets.typed).toBe('')
    expect(phone.press(`${card}#`).node()).toBe('three')
  })

  it('can’t be read by an expression, even in a flow that nobody checked', () => {
    const leaky = flow(
      'one: { collect: card, say: Card?, next: two, on: { give-up: bye } }\ntwo: { say: "{{card}}", next: bye }',
      'vars: { card: { type: digits, secret: true, length: 4 } }',
    )
    const phone = new Phone(leaky).press('1234')
    expect(phone.effect('enqueue').fallback).toBe(true)
    expect(JSON.stringify(phone.all.filter(({ kind }) => kind === 'note'))).not.toContain('1234')
  })

  it('pass into another flow only as they are, into a variable that is secret there', () => {
    const outer = (target: string) =>
      flow(
        `one: { collect: card, say: Card?, next: two, on: { give-up: bye } }
two: { flow: inner, with: { ${target}: card }, next: end, on: { error: bye } }`,
        'vars: { card: { type: digits, secret: true, length: 4 } }',
      )
    const inner = `
flow: inner
languages: [en]
vars: { given: { type: digits, secret: true, input: true }, open: { type: digits, input: true } }
start: pay
nodes: { pay: { pay: { provider: demo, amount: "1", secrets: { number: given } }, next: end, on: { declined: end, error: end } } }
`
    const phone = new Phone([outer('given'), inner]).press('1234')
    expect(phone.effect('pay').secrets).toEqual({ number: '1234' })
    expect(new Phone([outer('open'), inner]).press('1234').node()).toBe('bye')
  })
})

describe('after a crash', () => {
  it('goes on at the node where it stood, with what it knew', () => {
    const phone = new Phone(
      flow(
        `one: { collect: n, say: N?, end-key: "#", next: two, on: { give-up: bye } }
two: { ask: "{{n}}?", choices: { "1": { next: bye } }, on: { give-up: bye } }`,
        'vars: { n: { type: digits } }',
      ),
    )
    phone.press('42#').crash()
    expect(phone.said()).toBe('42?')
    expect(phone.press('1').node()).toBe('bye')
  })

  it('never repeats an effect’s id', () => {
    const phone = new Phone(payment).listened().press(`${card}#`).crash()
    const ids = phone.all.map(({ effectId }) => effectId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('asks again from the first secret that was lost', () => {
    const phone = new Phone(payment).listened().press(`${card}#`)
    expect(phone.node()).toBe('three')
    phone.crash()
    expect(phone.said()).toBe('Card?')
    expect(phone.kinds()).toEqual(['secret-input', 'play'])
  })

  it('asks in the flow that collected a secret which another one uses', () => {
    const outer = flow(
      `one: { collect: card, say: Card?, next: two, on: { give-up: bye } }
two: { flow: inner, with: { given: card }, next: end, on: { error: bye } }`,
      'vars: { card: { type: digits, secret: true, length: 4 } }',
    )
    const inner = `
flow: inner
languages: [en]
vars: { given: { type: digits, secret: true, input: true } }
start: sure
nodes:
  sure: { ask: Sure?, choices: { "1": { next: pay } }, on: { give-up: end } }
  pay: { pay: { provider: demo, amount: "1", secrets: { number: given } }, next: end, on: { declined: end, error: end } }
`
    const phone = new Phone([outer, inner]).press('1234')
    expect(phone.said()).toBe('Sure?')
    phone.crash()
    expect(phone.said()).toBe('Card?')
    expect(phone.step.session.frames).toHaveLength(1)
  })

  it('never pays twice: a payment that was under way takes the way out for errors', () => {
    const phone = paying().crash()
    expect(phone.node()).toBe('person')
    expect(phone.kinds()).toEqual(['enqueue'])
  })

  it.each([
    ['get', 1],
    ['post', 0],
    ['put', 0],
    ['delete', 0],
  ])('sends a %s that was under way %i more times', (method, times) => {
    const phone = new Phone(
      flow(`one: { http: { ${method}: "https://a.example" }, next: bye, on: { error: person } }`),
    ).crash()
    expect(phone.kinds().filter((kind) => kind === 'fetch')).toHaveLength(times)
    if (times === 0) expect(phone.node()).toBe('person')
  })

  it('never books, never transfers twice', () => {
    const booking = flow('one: { callback: { queue: sales }, next: bye, on: { refused: person } }')
    expect(new Phone(booking).crash().node()).toBe('person')
    const transfer = flow('one: { transfer: { number: "1234" }, on: { failed: person } }')
    expect(new Phone(transfer).crash().node()).toBe('person')
  })

  it('records a message anew, with its greeting', () => {
    const voicemail = flow('one: { voicemail: { queue: sales }, next: bye }')
    expect(new Phone(voicemail).listened().crash().said()).toContain('leave a message')
  })

  it('asks for its queue again, where the router has not heard of it', () => {
    expect(
      new Phone(flow('one: { enqueue: { queue: sales }, on: { full: bye, timeout: bye } }')).crash().kinds(),
    ).toEqual(['enqueue'])
    const broken = new Phone(flow('one: { say: "{{1 / 0}}", next: bye }')).crash()
    expect(broken.effect('enqueue')).toMatchObject({ queueId: 'reception', fallback: true })
  })

  it('stays over when it was over', () => {
    const phone = new Phone(flow('one: { hang-up: normal }')).crash()
    expect(phone.effects).toEqual([])
    expect(phone.step.session.over).toBe(true)
  })

  it('refuses what is no checkpoint', () => {
    const { library, world, at } = new Phone(payment)
    for (const stored of [null, 1, {}, { v: 2 }]) expect(() => resume(library, stored, at, world)).toThrow('checkpoint')
  })
})
