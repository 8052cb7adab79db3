import { describe, expect, it } from 'vitest'
import { readConversations } from '../../../src/flows/conversations/conversation.ts'
import { play } from '../../../src/flows/conversations/play.ts'
import { readFlow } from '../../../src/flows/load.ts'

const { script } = readFlow(`flow: a
languages: [en]
start: one
nodes:
  one: { ask: Press 1., choices: { "1": { next: two }, "2": { next: three } }, on: { give-up: end } }
  two: { enqueue: { queue: sales, skills: { french: 2 }, priority: 1 }, on: { full: end, timeout: end } }
  three: { http: { get: "https://erp.example/a" }, next: four, on: { error: two } }
  four: { pay: { provider: demo, amount: "3", currency: EUR, secrets: {} }, next: five, on: { declined: end, error: end } }
  five: { callback: { queue: sales }, next: six, on: { refused: end } }
  six: { transfer: { number: "1234" }, on: { failed: end } }
`)

const failureOf = (steps: string, more = '') => {
  const [conversation] = readConversations(`[{ name: x, ${more} steps: [${steps}] }]`)
  if (!script || !conversation) throw new Error('nothing to play')
  return play(script, [], conversation, 'voice').failure
}

describe('a conversation that goes another way', () => {
  it.each([
    ['{ hears: Press 2 }', 1, 'expected to hear «Press 2», heard «Press 1.»'],
    ['{ does-not-hear: press 1 }', 1, 'hears «press 1» after all'],
    ['{ presses: 1 }, { hears: x }', 2, 'heard nothing'],
    ['{ queued: { queue: sales } }', 1, 'does not wait in any'],
    ['{ presses: 1 }, { queued: { queue: support } }', 2, 'waits in sales'],
    ['{ presses: 1 }, { queued: { queue: sales, skills: { french: 3 } } }', 2, 'asked for [["french",2]]'],
    ['{ presses: 1 }, { queued: { queue: sales, priority: 2 } }', 2, 'has 1'],
    ['{ presses: 1 }, { requests: GET /a }', 2, 'there was none'],
    ['{ presses: 1 }, { hung-up: normal }', 2, 'there was none'],
    ['{ presses: 1 }, { message: { queue: sales } }', 2, 'there was none'],
    ['{ presses: 1 }, { comes-back: full }, { finished: sold }', 3, 'there was done'],
    ['{ presses: 1 }, { scored: 3 }', 2, 'there was none'],
    ['{ presses: 1 }, { called-back: { queue: sales } }', 2, 'there was none'],
    ['{ presses: 1 }, { transferred: { number: 1234 } }', 2, 'there was none'],
    ['{ presses: 1 }, { pays: { amount: 3 } }', 2, 'there was none'],
  ])('is told at its step: %s', (steps, step, message) => {
    const failure = failureOf(steps)
    expect(failure?.step).toBe(step)
    expect(failure?.message).toContain(message)
  })

  it('is silent when it goes as written', () => {
    const fakes = 'fakes: { GET /a: { json: 1 } },'
    const steps = `{ presses: 2 }, { requests: GET /a }, { pays: { amount: 3, currency: EUR } },
      { called-back: { queue: sales, number: "+40721000001" } }, { transferred: { number: 1234 } }, { finished: transferred }`
    expect(failureOf(steps, fakes)).toBeNull()
  })

  it('says which request has no answer', () => {
    expect(() => failureOf('{ presses: 2 }')).toThrow('the flow requests GET /a: add it under `fakes:`')
  })

  it('is refused when it has a step of no known kind', () => {
    expect(() => failureOf('{ hear: x }')).toThrow('a step is one of hears, does-not-hear, presses')
  })

  it.each([
    ['[{ name: x, steps: [{ hears: a, presses: 1 }] }]', 'a step does one thing: give hears and presses a dash each'],
    ['[{ name: x, steps: [{ queued: {} }] }]', 'queued.queue: '],
    ['[{ name: x, at: yesterday, steps: [{ hears: a }] }]', '2026-03-02T10:00[Europe/Bucharest]'],
    ['name: x', 'write a list of conversations'],
    ['', 'write a list of conversations'],
  ])('is refused with what to write instead: %s', (source, message) => {
    expect(() => readConversations(source)).toThrow(message)
  })
})
