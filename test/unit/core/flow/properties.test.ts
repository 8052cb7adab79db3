import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkpoint } from '../../../../src/core/flow/interpreter.ts'
import type { Effect } from '../../../../src/core/flow/effects.ts'
import type { Channel } from '../../../../src/core/ids.ts'
import { Phone } from './phone.ts'

/** A flow with every verb, in which everything can go wrong. */
const everything = `
flow: everything
languages: [en, ro]
vars:
  entry: { type: digits, min: 2, max: 5 }
  day: { type: date }
  found: { type: record }
  wish: { type: text, default: "" }
  rounds: { type: number, default: 0 }
  card: { type: digits, secret: true, min: 4, max: 8 }
  code: { type: digits, secret: true, length: 3 }
start: hello
on-error: oops
nodes:
  hello: { say: { en: Hello, ro: Salut }, next: menu }
  menu:
    ask: { en: Menu, ro: Meniu }
    speech: true
    choices:
      "1": { label: { en: One, ro: Unu }, next: digits }
      "12": { words: [twelve], next: pay-card }
      "2": { words: [look], next: look }
      "3": { words: [hours], next: hours }
      "4": { words: [speak], next: speak }
      "5": { words: [inner], next: inner }
      "6": { words: [queue], next: queue }
      "7": { words: [move], next: move }
      "8": { words: [rate], next: rate }
      "9": { words: [romanian], next: romanian }
      "0": { words: [post], next: post }
      "*": { words: [bad], next: bad }
      "#": { words: [end], next: done }
    tries: 3
    on: { give-up: queue, timeout: menu }
  digits: { collect: entry, say: { en: Digits, ro: Cifre }, end-key: "#", clear-key: "*", next: date, on: { give-up: menu } }
  date: { collect: day, say: { digits: entry }, interruptible: false, next: count, on: { give-up: count } }
  count: { set: { rounds: rounds + 1 }, next: branch }
  branch: { branch: [{ when: rounds > 3, next: bye }, { when: day < now, next: menu }], else: look }
  look: { http: { get: "{{config.erp}}/{{caller}}", into: found }, next: tell, on: { error: menu, "404": menu } }
  tell: { say: { en: "{{found.amount | money}}", ro: "{{found.amount | money}}" }, next: menu }
  post: { http: { post: "{{config.erp}}", body: { n: "{{rounds}}" } }, next: menu, on: { error: queue } }
  hours: { hours: office, on: { open: who, closed: menu } }
  who: { customer: caller, on: { found: menu, unknown: menu } }
  speak: { listen: wish, say: { en: Say, ro: Spuneți }, next: menu, on: { give-up: menu } }
  inner: { flow: everything, next: menu, on: { error: menu } }
  romanian: { language: ro, next: menu }
  queue: { enqueue: { queue: sales }, on: { full: leave, timeout: menu, callback: back, voicemail: leave, after: rate } }
  move: { transfer: { number: "1234" }, on: { failed: menu } }
  leave: { voicemail: { queue: sales }, next: menu }
  back: { callback: { queue: sales }, next: bye, on: { refused: leave } }
  rate: { survey: { en: Rate, ro: Nota }, scale: { from: 1, to: 10 }, next: menu, on: { give-up: menu } }
  pay-card: { collect: card, say: { en: Card, ro: Card }, end-key: "#", next: pay-code, on: { give-up: menu } }
  pay-code: { collect: code, say: { en: Code, ro: Cod }, next: charge, on: { give-up: menu } }
  charge: { pay: { provider: demo, amount: "5", secrets: { number: card, code: code } }, next: menu, on: { declined: pay-card, error: menu } }
  bad: { say: { en: "{{found.nothing.there}}", ro: "{{1 / 0}}" }, next: menu }
  oops: { say: { en: Oops, ro: Vai }, next: menu }
  bye: { hang-up: normal }
  done: { end: finished }
`

type Move =
  | { kind: 'keys'; keys: string }
  | { kind: 'words'; text: string; confidence: number }
  | { kind: 'silence' | 'answer-well' | 'answer-badly' | 'stray' | 'crash' | 'listened' }
  | { kind: 'queue'; outcome: 'full' | 'timeout' | 'callback' | 'voicemail' | 'closed' | 'left' }

const key = fc.constantFrom(...'0123456789*#')
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.string({ unit: key, minLength: 1, maxLength: 9 }).map((keys) => ({ kind: 'keys', keys }) as const),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('words' as const),
      text: fc.oneof(fc.constantFrom('look', 'rate', '12345', 'One', 'queue', 'bad'), fc.string()),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 6, arbitrary: fc.constantFrom({ kind: 'listened' } as const, { kind: 'answer-well' } as const) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Move>(
      { kind: 'silence' },
      { kind: 'answer-badly' },
      { kind: 'stray' },
      { kind: 'crash' },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('queue' as const),
      outcome: fc.constantFrom('full', 'timeout', 'callback', 'voicemail', 'closed', 'left'),
    }),
  },
)
const channel: fc.Arbitrary<Channel> = fc.constantFrom('voice', 'voice', 'chat', 'sms')

function make(phone: Phone, step: Move): void {
  switch (step.kind) {
    case 'keys':
      phone.press(step.keys)
      return
    case 'words':
      phone.send({ kind: 'words', text: step.text, confidence: step.confidence })
      return
    case 'listened':
      if ('playId' in phone.step.session.activity) phone.listened()
      return
    case 'silence':
      if (phone.step.wakeAt !== null) phone.silence()
      return
    case 'queue':
      phone.send({ kind: 'queue-returned', outcome: step.outcome })
      return
    case 'crash':
      phone.crash()
      return
    case 'stray':
      phone.send({ kind: 'fetched', effectId: '1', status: 200, body: null }).send({ kind: 'played', effectId: '2' })
      phone.send({ kind: 'tick' })
      return
    case 'answer-well':
    case 'answer-badly':
      answer(phone, step.kind === 'answer-well')
  }
}

/** What the world would answer to the effect that is awaited. */
function answer(phone: Phone, well: boolean): void {
  const { activity } = phone.step.session
  if (activity.kind !== 'awaiting') return
  const { effectId } = activity
  const effect = phone.all.find((each) => each.effectId === effectId)
  switch (effect?.kind) {
    case 'fetch':
      phone.send(
        well
          ? { kind: 'fetched', effectId, status: 200, body: { amount: 3 } }
          : { kind: 'fetch-failed', effectId, reason: 'refused' },
      )
      return
    case 'look-up-customer':
      phone.send({ kind: 'customer-found', effectId, customer: null })
      return
    case 'pay':
      phone.send(
        well
          ? { kind: 'paid', effectId, token: 't', reference: null }
          : { kind: 'payment-failed', effectId, reason: 'declined' },
      )
      return
    case 'record-voicemail':
      phone.send(
        well
          ? { kind: 'recorded', effectId, recordingId: 'r', durationMs: 1 }
          : { kind: 'recording-failed', effectId, reason: 'full' },
      )
      return
    case 'offer-callback':
      phone.send({ kind: well ? 'callback-accepted' : 'callback-refused', effectId })
      return
    case 'transfer':
      phone.send(well ? { kind: 'transferred', effectId } : { kind: 'transfer-failed', effectId, reason: 'busy' })
      return
    default:
      throw new Error(`awaits ${effectId}, which was never asked for`)
  }
}

function expectSound(phone: Phone): void {
  const { session, wakeAt } = phone.step
  const { kind } = session.activity
  // It is over, in a queue, or something will wake it.
  if (session.over) expect(kind).toBe('over')
  else if (kind !== 'queued') expect(wakeAt).not.toBeNull()
  expect(session.frames.length).toBeLessThanOrEqual(8)
  const ids = phone.all.map(({ effectId }) => effectId)
  expect(new Set(ids).size).toBe(ids.length)
}

const runs = { numRuns: 1000 }

describe('whatever a customer and the world do', () => {
  it('a flow never throws and always ends or waits', () => {
    fc.assert(
      fc.property(channel, fc.array(move, { maxLength: 40 }), (on, moves) => {
        const phone = new Phone(everything, { channel: on })
        expectSound(phone)
        for (const each of moves) {
          make(phone, each)
          expectSound(phone)
        }
        expect(phone.all.filter(({ kind }) => kind === 'hang-up').length).toBeLessThanOrEqual(1)
      }),
      runs,
    )
  })

  it('a flow that hears nothing more comes to an end or to a queue', () => {
    fc.assert(
      fc.property(channel, fc.array(move, { maxLength: 15 }), (on, moves) => {
        const phone = new Phone(everything, { channel: on })
        for (const each of moves) make(phone, each)
        for (let rounds = 0; phone.step.wakeAt !== null; rounds += 1) {
          expect(rounds).toBeLessThan(500)
          phone.silence()
        }
        expect(['over', 'queued']).toContain(phone.step.session.activity.kind)
      }),
      runs,
    )
  })

  it('two runs of the same are the same', () => {
    fc.assert(
      fc.property(channel, fc.array(move, { maxLength: 20 }), (on, moves) => {
        const [one, two] = [new Phone(everything, { channel: on }), new Phone(everything, { channel: on })]
        for (const each of moves) {
          make(one, each)
          make(two, each)
        }
        expect(one.all).toEqual(two.all)
      }),
      { numRuns: 200 },
    )
  })

  it('secrets are in no checkpoint, no note and no text, only in the payment', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(fc.boolean(), digits, fc.array(move, { maxLength: 6 }), (listens, secret, after) => {
        const phone = new Phone(everything).listened()
        if (listens) phone.listened()
        phone.press('12')
        expect(phone.node()).toBe('pay-card')
        const start = phone.all.length
        phone.press(`${secret}#`).press('987')
        expect(phone.effect('pay').secrets).toEqual({ number: secret, code: '987' })
        for (const each of [null, ...after]) {
          if (each) make(phone, each)
          expect(kept(phone, start)).not.toContain(secret)
        }
      }),
      runs,
    )
  })
})

/** Everything of a session that is stored, logged, said or sent, but for the payment itself. */
function kept(phone: Phone, start: number): string {
  const open = phone.all.slice(start).filter(({ kind }: Effect) => kind !== 'pay')
  return JSON.stringify([checkpoint(phone.step.session), open])
}
