import { describe, expect, it } from 'vitest'
import { asksForPerson } from '../../../../src/core/flow/run/person.ts'
import { courseFor, type PastContact } from '../../../../src/core/written/course.ts'
import { endingOf, type Presence } from '../../../../src/core/written/patience.ts'

const hourMs = 3_600_000
const past: PastContact = { endedAt: 1_000, outcome: 'answered', queueId: 'sales', agentId: 'ana' }

describe('who writes again', () => {
  const rules = { againWithinMs: 24 * hourMs }

  it('gets the agent they wrote with, within the time that the widget allows', () => {
    const again = { kind: 'again', queueId: 'sales', agentId: 'ana' }
    expect(courseFor(past, past.endedAt + 24 * hourMs, rules)).toEqual(again)
    expect(courseFor(past, past.endedAt + 24 * hourMs + 1, rules)).toEqual({ kind: 'flow' })
  })

  it('meets the flow when nobody answered before, or there was no before', () => {
    expect(courseFor({ ...past, outcome: 'abandoned' }, 2_000, rules)).toEqual({ kind: 'flow' })
    expect(courseFor({ ...past, agentId: null }, 2_000, rules)).toEqual({ kind: 'flow' })
    expect(courseFor(null, 2_000, rules)).toEqual({ kind: 'flow' })
  })
})

describe('a contact that nobody writes in', () => {
  const rules = { silentMs: 1_800_000, absentMs: 600_000 }
  const talk: Presence = { phase: 'engaged', lastWordAt: 5_000, lastWordBy: 'agent', absentSince: null }

  it('ends when the customer is silent after the agent’s last word, and never while the agent owes one', () => {
    expect(endingOf(talk, rules)).toMatchObject({ at: 5_000 + rules.silentMs, cause: 'silent', by: 'system' })
    expect(endingOf({ ...talk, lastWordBy: 'customer' }, rules)).toBeNull()
  })

  it('ends when a customer who waits has closed the page', () => {
    const waits: Presence = { ...talk, phase: 'queued', absentSince: 7_000 }
    expect(endingOf(waits, rules)).toMatchObject({ at: 7_000 + rules.absentMs, by: 'customer' })
    expect(endingOf({ ...waits, absentSince: null }, rules)).toBeNull()
  })

  it('never ends where the rules say 0', () => {
    expect(endingOf(talk, { silentMs: 0, absentMs: 0 })).toBeNull()
  })
})

describe('a person is one word away', () => {
  it('in the customer’s language and in English, as the whole message', () => {
    expect(asksForPerson('Operator!', 'ro')).toBe(true)
    expect(asksForPerson('человек', 'ru-RU')).toBe(true)
    expect(asksForPerson('human', 'pl')).toBe(true)
    expect(asksForPerson('the person who sold me this was rude', 'en')).toBe(false)
    expect(asksForPerson('человек', 'en')).toBe(false)
  })
})
