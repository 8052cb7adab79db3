import { describe, expect, it } from 'vitest'
import { Phone, flow } from './phone.ts'

const collect = (declaration: string, fields = '', more = ''): string =>
  flow(
    `
one:
  collect: entry
  say: Type it.
  ${fields}
  wait: { first: 5s, between: 2s }
  tries: 2
  next: two
  on: { give-up: person }
two: { say: "{{entry}}", next: three }
three: { ask: Now?, choices: { "1": { next: bye }, "#": { next: one } }, on: { give-up: person } }${more}`,
    `vars: { entry: ${declaration} }`,
  )
const variables = (phone: Phone) => phone.step.session.frames[0]?.variables

describe('collecting digits', () => {
  it('ends with the end key', () => {
    const phone = new Phone(collect('{ type: digits }', 'end-key: "#"')).listened().press('2231')
    expect(phone.node()).toBe('one')
    phone.press('#')
    expect(phone.said()).toBe('2231')
    expect(phone.notes('input-given')).toMatchObject([{ text: '2231', length: 4 }])
  })

  it('ends when it is full, and drops the end key that habit adds', () => {
    const phone = new Phone(collect('{ type: digits, length: 4 }', 'end-key: "#"')).listened().press('2231')
    expect(phone.node()).toBe('two')
    phone.press('#')
    expect(phone.node()).toBe('two')
    expect(phone.kinds()).toEqual([])
    phone.press('1')
    expect(phone.node()).toBe('bye')
  })

  it('ends when the customer stops typing', () => {
    const phone = new Phone(collect('{ type: digits, min: 2 }')).listened().press('22')
    expect(phone.step.wakeAt).toBe(phone.at + 2000)
    expect(phone.silence().said()).toBe('22')
  })

  it('asks again when there is too little, then gives up', () => {
    const phone = new Phone(collect('{ type: digits, min: 3 }', 'end-key: "#"')).listened().press('2#')
    expect(phone.said()).toBe('Sorry, that entry is not valid. Type it.')
    expect(phone.listened().silence().node()).toBe('person')
  })

  it('starts over with the clear key', () => {
    const phone = new Phone(collect('{ type: digits, length: 3 }', 'clear-key: "*"')).listened().press('12*345')
    expect(phone.said()).toBe('345')
  })

  it('checks the check digit', () => {
    const card = collect('{ type: digits, length: 16, luhn: true }')
    expect(new Phone(card).listened().press('4111111111111111').node()).toBe('two')
    expect(new Phone(card).listened().press('4111111111111112').said()).toContain('not valid')
  })

  it.each([
    ['number', '{ type: number, min: 5, max: 20 }', '17', 17],
    ['date', '{ type: date }', '29022028', '2028-02-29'],
    ['time', '{ type: time }', '0930', '09:30'],
  ])('collects a %s', (_, declaration, keys, value) => {
    const phone = new Phone(collect(declaration)).listened().press(keys)
    expect(variables(phone)).toEqual({ entry: value })
  })

  it.each([
    ['{ type: number, min: 5, max: 20 }', '21'],
    ['{ type: date }', '30022028'],
    ['{ type: time }', '2561'],
  ])('refuses what is no %s', (declaration, keys) => {
    expect(new Phone(collect(declaration)).listened().press(keys).said()).toContain('not valid')
  })

  it('takes a message in writing as it is meant', () => {
    const chat = { channel: 'chat' } as const
    const digits = new Phone(collect('{ type: digits }'), chat).listened()
    expect(digits.send({ kind: 'words', text: ' 22-31 ' }).said()).toBe('2231')
    const date = new Phone(collect('{ type: date }'), chat).listened()
    expect(variables(date.send({ kind: 'words', text: '2026-03-09' }))).toEqual({ entry: '2026-03-09' })
    const text = new Phone(collect('{ type: text }'), chat).listened()
    expect(text.send({ kind: 'words', text: ' Main street 5 ' }).said()).toBe('Main street 5')
  })
})

describe('listening', () => {
  const listening = flow(`
one:
  listen: city
  say: Which city?
  hints: { en: [Cluj, Iași] }
  tries: 2
  next: two
  on: { give-up: person }
two: { say: "{{city}}", next: end }`)

  it('takes what was said', () => {
    const phone = new Phone(listening).listened()
    expect(phone.effect('listen').hints).toEqual(['Cluj', 'Iași'])
    expect(phone.send({ kind: 'words', text: 'Cluj' }).said()).toBe('Cluj')
  })

  it('asks again when nothing was understood, and gives up', () => {
    const phone = new Phone(listening).listened()
    phone.send({ kind: 'speech-failed', effectId: phone.effect('listen').effectId })
    expect(phone.said()).toBe('Sorry, we did not understand. Which city?')
    expect(phone.listened().silence().node()).toBe('person')
  })

  it('waits for a message in writing', () => {
    const phone = new Phone(listening, { channel: 'messenger' }).listened()
    expect(phone.kinds()).toEqual([])
    expect(phone.send({ kind: 'words', text: 'Iași' }).said()).toBe('Iași')
  })
})
