import { describe, expect, it } from 'vitest'
import type { DeskChange, LiveInteraction, LiveMessage } from '../../../src/insight/live-view.ts'
import { applyLive, emptyDesk, nameOn, workOf, type DeskState } from '../../../src/web/live/desk-state.ts'

const line = (interactionId: string, more: Partial<LiveInteraction> = {}): LiveInteraction => ({
  interactionId,
  channel: 'voice',
  direction: 'inbound',
  entryPointId: 'voice-1000',
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
  ...more,
})
const card = (interactionId: string, from: string) => ({
  interactionId,
  customer: null,
  from,
  displayName: null,
  dialled: '1000',
  told: ['1'],
  note: null,
})
const agent = (
  ...work: { interactionId: string; phase: 'ringing' | 'engaged' | 'wrap-up' }[]
): DeskChange['agent'] => ({
  agentId: 'ana',
  presence: 'available',
  reason: null,
  since: 0,
  returnsAt: null,
  reachable: ['voice'],
  queueIds: ['sales'],
  work: work.map((it) => ({ ...it, invitation: null })),
})
const snapshot: LiveMessage = { type: 'snapshot', seq: 10, queues: [], agents: [], interactions: [], cards: [] }
const changes = (
  from: number,
  to: number,
  desk: Partial<DeskChange> = {},
): Extract<LiveMessage, { type: 'changes' }> => ({
  type: 'changes',
  from,
  to,
  facts: [],
  desk: { agent: agent(), interactions: [], gone: [], cards: [], ...desk },
})

function after(...messages: LiveMessage[]): DeskState | null {
  let state: DeskState | null = emptyDesk('ana')
  for (const message of messages) state = state === null ? null : applyLive(state, message)
  return state
}

describe('what a desk makes of what it is told', () => {
  it('goes on after a snapshot, and asks for a new one when something between is missing', () => {
    expect(after(snapshot, changes(11, 14))?.seq).toBe(14)
    expect(after(snapshot, changes(12, 14))).toBeNull()
  })

  it('takes what it knows already for no news', () => {
    const twice = after(snapshot, changes(11, 14), changes(11, 14))
    expect(twice).toEqual(after(snapshot, changes(11, 14)))
  })

  it('shows offers first, then what has lasted longest', () => {
    const work = agent(
      { interactionId: 'late', phase: 'engaged' },
      { interactionId: 'early', phase: 'engaged' },
      { interactionId: 'offer', phase: 'ringing' },
    )
    const interactions = [line('late', { since: 30 }), line('early', { since: 20 }), line('offer', { since: 40 })]
    const state = after(snapshot, changes(11, 14, { agent: work, interactions, cards: [card('offer', '+40721')] }))
    expect(workOf(state ?? emptyDesk('ana')).map(({ interactionId }) => interactionId)).toEqual([
      'offer',
      'early',
      'late',
    ])
  })

  it('forgets what is no longer the agent’s', () => {
    const work = agent({ interactionId: 'call', phase: 'engaged' })
    const state = after(
      snapshot,
      changes(11, 12, { agent: work, interactions: [line('call')] }),
      changes(13, 13, { gone: ['call'] }),
    )
    expect(state?.lines.size).toBe(0)
    expect(workOf(state ?? emptyDesk('ana'))).toEqual([])
  })

  it('keeps what was missed, with the name as it was, and no refusal of one’s own', () => {
    const expired = { kind: 'offer-expired', at: 50, interactionId: 'call', offerId: 'call/1', agentId: 'ana' } as const
    const declined = { ...expired, kind: 'offer-declined', reason: 'rejected' } as const
    const missed: LiveMessage = {
      ...changes(13, 14),
      facts: [
        { seq: 13, fact: expired },
        { seq: 14, fact: declined },
      ],
    }
    const state = after(
      snapshot,
      changes(11, 12, { interactions: [line('call')], cards: [card('call', '+40721')] }),
      missed,
    )
    expect(state?.missed).toEqual([{ interactionId: 'call', at: 50, reason: 'expired', name: '+40721' }])
  })
})

describe('the name on a card', () => {
  it('is never an id', () => {
    expect(nameOn(card('chat', 'f64e9300-4928-45d9-8e3a-0123456789ab'))).toBeNull()
    expect(nameOn(card('call', '+40721000112'))).toBe('+40721000112')
  })
})
