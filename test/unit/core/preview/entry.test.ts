import { describe, expect, it } from 'vitest'
import { afterCall, afterSkip, callOutcome, nextBecause, promiseProblem } from '../../../../src/core/preview/entry.ts'

const rule = { mostAttempts: 3, gapMs: 3_600_000 }
const now = 1_000_000
const failed = (cause: string | null, by: 'system' | 'agent' = 'system') => ({ outcome: 'failed', by, cause }) as const
const answered = { outcome: 'answered', by: 'customer', cause: 'q850-16' } as const

describe('a call from a list', () => {
  it.each([
    [answered, 'reached'],
    [failed('q850-17'), 'busy'],
    [failed('q850-19'), 'no-answer'],
    [failed('q850-21'), 'rejected'],
    [failed('q850-1'), 'wrong-number'],
    [failed('q850-20'), 'unreachable'],
    [failed(null, 'agent'), 'given-up'],
    [failed('agent-q850-19', 'agent'), 'agent-away'],
    [failed('limit-reached'), 'limit-reached'],
    [{ outcome: 'unknown', by: 'unknown', cause: null } as const, 'unknown'],
  ])('%j came out as %s', (end, outcome) => expect(callOutcome(end)).toBe(outcome))

  const once = { attempts: 1, promisedFor: null }

  it('that reached the customer is the end of it', () => {
    expect(afterCall(once, answered, rule, now)).toEqual({ state: 'done', outcome: 'reached', counts: true })
  })

  it('that did not is repeated after the gap', () => {
    const again = { state: 'waiting', dueAt: now + rule.gapMs, outcome: 'busy', counts: true }
    expect(afterCall(once, failed('q850-17'), rule, now)).toEqual(again)
  })

  it.each([
    ['there were enough', { attempts: 3, promisedFor: null }, 'q850-19', 'no-answer'],
    ['there is no such number', once, 'q850-1', 'wrong-number'],
    ['nobody may call there', once, 'destination-not-allowed', 'destination-not-allowed'],
  ])('is not repeated when %s', (_, entry, cause, outcome) => {
    expect(afterCall(entry, failed(cause), rule, now)).toEqual({ state: 'done', outcome, counts: true })
  })

  it('for which the agent’s own phone was not picked up counts for nothing', () => {
    const end = failed('agent-q850-19', 'agent')
    const again = { state: 'waiting', dueAt: 0, outcome: 'agent-away', counts: false }
    expect(afterCall({ attempts: 3, promisedFor: null }, end, rule, now)).toEqual(again)
  })

  it('in which a time was promised comes back then, however often they were called', () => {
    const promised = { attempts: 3, promisedFor: now + 5 }
    expect(afterCall(promised, answered, rule, now)).toMatchObject({ state: 'waiting', dueAt: now + 5 })
  })
})

describe('a customer who is skipped', () => {
  it.each([
    ['not-now', { state: 'waiting', dueAt: now + rule.gapMs, outcome: 'not-now', counts: false }],
    ['do-not-call', { state: 'left-out', outcome: 'do-not-call', counts: false }],
    ['wrong-number', { state: 'done', outcome: 'skipped-wrong-number', counts: false }],
    ['served-already', { state: 'done', outcome: 'skipped-served-already', counts: false }],
    ['other', { state: 'done', outcome: 'skipped-other', counts: false }],
  ] as const)('%s', (reason, settled) => expect(afterSkip(reason, rule, now)).toEqual(settled))
})

it('says why it is a customer’s turn', () => {
  expect(nextBecause({ attempts: 0, dueAt: 0, isPromised: false })).toBe('first-call')
  expect(nextBecause({ attempts: 1, dueAt: 5, isPromised: false })).toBe('again')
  expect(nextBecause({ attempts: 1, dueAt: 5, isPromised: true })).toBe('promised')
})

it('promises only what can be kept', () => {
  const day = 86_400_000
  expect(promiseProblem(now, now, now)).toBe('past')
  expect(promiseProblem(now + 61 * day, now + 61 * day, now)).toBe('too-far')
  expect(promiseProblem(now + day, now + 2 * day, now)).toBe('closed')
  expect(promiseProblem(now + day, null, now)).toBe('closed')
  expect(promiseProblem(now + day, now + day, now)).toBeNull()
})
