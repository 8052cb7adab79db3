import { expect, it } from 'vitest'
import { groupOf, groupedWork, waitsSince } from '../../../src/web/desk/work-groups.ts'
import type { WorkItem } from '../../../src/web/live/desk-state.ts'

const chat = (interactionId: string, more: Partial<WorkItem> = {}): WorkItem => ({
  interactionId,
  channel: 'chat',
  direction: 'inbound',
  entryPointId: 'demo',
  customerId: null,
  state: 'engaged',
  wrappingUp: false,
  queueId: 'sales',
  agentId: 'ana',
  offeredTo: null,
  arrivedAt: 0,
  queuedAt: 0,
  waitingSince: 0,
  answeredAt: 10,
  since: 10,
  held: false,
  paused: false,
  lastWord: null,
  offerExpiresAt: null,
  wrapUpEndsAt: null,
  phase: 'engaged',
  invitation: null,
  card: null,
  ...more,
})

it('waits for the customer once the agent wrote last, and needs the agent when the customer did', () => {
  expect(groupOf(chat('a'))).toBe('live')
  expect(groupOf(chat('a', { lastWord: { by: 'agent', at: 20 } }))).toBe('waiting')
  expect(groupOf(chat('a', { lastWord: { by: 'customer', at: 30 } }))).toBe('live')
})

it('needs the agent while it is paused, whoever wrote last', () => {
  expect(groupOf(chat('a', { paused: true, lastWord: { by: 'agent', at: 20 } }))).toBe('live')
})

it('is no group of its own while it is offered, and to be finished in wrap-up', () => {
  expect(groupOf(chat('a', { phase: 'ringing' }))).toBeNull()
  expect(groupOf(chat('a', { phase: 'wrap-up', lastWord: { by: 'agent', at: 20 } }))).toBe('wrapUp')
})

it('keeps the order of the work in each group, and leaves out what is being finished', () => {
  const work = [
    chat('a', { lastWord: { by: 'agent', at: 20 } }),
    chat('b'),
    chat('c', { lastWord: { by: 'agent', at: 15 } }),
    chat('d', { phase: 'wrap-up' }),
    chat('e', { phase: 'wrap-up' }),
  ]
  const { live, waiting, wrapUp } = groupedWork(work, new Map([['d', { settled: 'finishing' }]]))
  const ids = (items: readonly WorkItem[]): string[] => items.map(({ interactionId }) => interactionId)
  expect([ids(live), ids(waiting), ids(wrapUp)]).toEqual([['b'], ['a', 'c'], ['e']])
})

it('has waited since the last word, and before any word since it was taken', () => {
  expect(waitsSince(chat('a'))).toBe(10)
  expect(waitsSince(chat('a', { lastWord: { by: 'customer', at: 30 } }))).toBe(30)
})
