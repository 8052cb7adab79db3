import { describe, expect, it } from 'vitest'
import type { AgentLine } from '../../../src/core/history/board.ts'
import { serviceLevel } from '../../../src/core/measures/service-level.ts'
import type { FloorInteraction, FloorMessage } from '../../../src/insight/floor-view.ts'
import {
  agentRows,
  applyFloor,
  emptyFloor,
  interactionRows,
  queueRows,
  type FloorState,
} from '../../../src/web/supervisor/floor-state.ts'

const agent = (agentId: string, change: Partial<AgentLine> = {}): AgentLine => ({
  agentId,
  presence: 'available',
  reason: null,
  since: 1_000,
  returnsAt: null,
  reachable: ['voice'],
  queueIds: ['sales'],
  ...change,
})

const line = (interactionId: string, change: Partial<FloorInteraction> = {}): FloorInteraction => ({
  interactionId,
  channel: 'voice',
  direction: 'inbound',
  entryPointId: 'main',
  customerId: null,
  state: 'queued',
  wrappingUp: false,
  queueId: 'sales',
  agentId: null,
  offeredTo: null,
  arrivedAt: 0,
  queuedAt: 0,
  waitingSince: 5_000,
  answeredAt: null,
  since: 5_000,
  paused: false,
  lastWord: null,
  held: false,
  offerExpiresAt: null,
  wrapUpEndsAt: null,
  nodeId: null,
  works: [],
  ...change,
})

const snapshot = (agents: AgentLine[], interactions: FloorInteraction[]): FloorMessage => ({
  type: 'floor',
  seq: 10,
  agents,
  interactions,
  cards: [],
})
const changes = (from: number, to: number, change: object = {}): FloorMessage => ({
  type: 'floor-changes',
  ...{ from, to, agents: [], interactions: [], cards: [], goneAgents: [], goneInteractions: [] },
  ...change,
})
const after = (...messages: FloorMessage[]): FloorState | null =>
  messages.reduce<FloorState | null>(
    (state, message) => (state === null ? null : applyFloor(state, message)),
    emptyFloor,
  )

describe('the floor', () => {
  it('follows on its snapshot, takes a change twice, and says when one was lost', () => {
    const first = snapshot([agent('ana')], [line('one')])
    const next = changes(11, 12, { interactions: [line('two')], goneInteractions: ['one'] })
    expect([...(after(first, next)?.interactions.keys() ?? [])]).toEqual(['two'])
    expect(after(first, next, next)).toEqual(after(first, next))
    expect(after(first, changes(13, 14))).toBeNull()
    expect(after(changes(11, 12))).toBeNull()
    expect(after(first, changes(11, 11, { goneAgents: ['ana'] }))?.agents.size).toBe(0)
  })

  it('tells what each agent does from the interactions, who talks before who is free', () => {
    const works = [
      { agentId: 'ana', phase: 'engaged' as const },
      { agentId: 'boss', phase: 'listening' as const },
    ]
    const state = after(
      snapshot(
        [agent('off', { presence: 'offline' }), agent('bogdan', { reachable: [] }), agent('boss'), agent('ana')],
        [line('one', { state: 'engaged', agentId: 'ana', since: 7_000, works })],
      ),
    )
    expect(agentRows(state ?? emptyFloor)).toMatchObject([
      { line: { agentId: 'ana' }, state: 'engaged', since: 7_000, lacksPhone: false },
      { line: { agentId: 'boss' }, state: 'listening' },
      { line: { agentId: 'bogdan' }, state: 'available', since: 1_000, lacksPhone: true },
      { line: { agentId: 'off' }, state: 'offline', lacksPhone: false },
    ])
  })

  it('counts each queue: who waits, since when, and who is there', () => {
    const state = after(
      snapshot(
        [agent('ana'), agent('bogdan', { presence: 'not-ready' }), agent('citra', { queueIds: ['support'] })],
        [
          line('one'),
          line('two', { waitingSince: 3_000, state: 'offered', offeredTo: 'ana' }),
          line('other', { queueId: 'x' }),
        ],
      ),
      {
        type: 'floor-today',
        queues: [{ queueId: 'sales', answered: 9, answeredInTime: 8, abandoned: 3, shortAbandoned: 2 }],
      },
    )
    const floor = state ?? emptyFloor
    expect(queueRows(floor, ['sales', 'support'], agentRows(floor))).toMatchObject([
      {
        queueId: 'sales',
        waiting: 2,
        longestWaitingSince: 3_000,
        available: 1,
        busy: 0,
        away: 1,
        today: { answered: 9 },
      },
      { queueId: 'support', waiting: 0, longestWaitingSince: null, available: 1, today: null },
    ])
    expect(interactionRows(floor).map(({ interactionId }) => interactionId)).toEqual(['two', 'one', 'other'])
  })
})

it('the service level leaves out whoever hung up at once, and says nothing about nobody', () => {
  expect(serviceLevel({ answered: 9, answeredInTime: 8, abandoned: 3, shortAbandoned: 2 })).toBeCloseTo(0.8)
  expect(serviceLevel({ answered: 0, answeredInTime: 0, abandoned: 2, shortAbandoned: 2 })).toBeNull()
})
