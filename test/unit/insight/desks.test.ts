import { describe, expect, it } from 'vitest'
import { emptyState } from '../../../src/core/routing/state.ts'
import { apply } from '../../../src/core/routing/apply.ts'
import { decide } from '../../../src/core/routing/decide.ts'
import type { Submission } from '../../../src/core/writer.ts'
import { Desks } from '../../../src/insight/desks.ts'
import { createLog } from '../../../src/platform/log.ts'
import { eventually } from '../../peers/poll.ts'

/** The routing machine itself, told by the desks. */
async function scene(options: { graceMs?: number; returnMs?: number } = {}) {
  const state = emptyState()
  const submit = (input: Submission) => {
    const decision = decide(state, { ...input, at: Date.now() })
    for (const fact of decision.facts) apply(state, fact)
    return Promise.resolve(decision)
  }
  const rules = { id: 'ana', skills: {}, queueIds: [], capacity: { voice: 1, chat: 3 } }
  await submit({ kind: 'configure-agent', agent: rules })
  await submit({ kind: 'set-presence', agentId: 'ana', presence: 'available', reason: null, by: 'agent' })
  const log = createLog({ level: 'silent' })
  const open = () => new Desks({ writer: { submit, state: () => state }, log, graceMs: 10, ...options })
  const ana = () => {
    const agent = state.agents.get('ana')
    if (agent === undefined) throw new Error('no ana')
    return agent
  }
  return { desks: open(), open, submit, ana }
}

describe('an agent’s desk', () => {
  it('that is closed makes its agent not ready and out of reach', async () => {
    const { desks, ana } = await scene()
    const closed = desks.opened('ana', 'desk-1', () => undefined)
    expect(ana().reachability.get('chat')).toBe(true)
    closed()
    await eventually(() => ana().presence === 'not-ready', { withinMs: 5_000, what: 'not ready' })
    expect(ana()).toMatchObject({ reason: 'disconnected', presenceBy: 'system' })
    expect(ana().reachability.get('chat')).toBe(false)
  })

  it('that comes back in time changes nothing', async () => {
    const { desks, ana } = await scene({ graceMs: 60_000 })
    desks.opened('ana', 'desk-1', () => undefined)()
    desks.opened('ana', 'desk-1', () => undefined)
    expect(ana().presence).toBe('available')
    expect(ana().reachability.get('chat')).toBe(true)
    desks.stop()
  })

  it('that is closed leaves an agent with a desk phone available for calls', async () => {
    const { desks, ana, submit } = await scene()
    await submit({ kind: 'set-reachability', agentId: 'ana', channel: 'voice', reachable: true })
    desks.opened('ana', 'desk-1', () => undefined)()
    await eventually(() => ana().reachability.get('chat') === false, { withinMs: 5_000, what: 'chat out of reach' })
    expect(ana().presence).toBe('available')
  })

  it('is taken over by a newer one, which alone counts from then on', async () => {
    const { desks, ana } = await scene({ graceMs: 60_000 })
    const told: string[] = []
    const closeFirst = desks.opened('ana', 'desk-1', () => told.push('desk-1'))
    desks.opened('ana', 'desk-2', () => told.push('desk-2'))
    expect(told).toEqual(['desk-1'])
    closeFirst()
    expect(ana().reachability.get('chat')).toBe(true)
    desks.stop()
  })

  it('that does not come back after a restart of the service is missed', async () => {
    const { desks, open, ana } = await scene({ returnMs: 20 })
    desks.opened('ana', 'desk-1', () => undefined)
    desks.stop()
    const afterRestart = open()
    await eventually(() => ana().presence === 'not-ready', { withinMs: 5_000, what: 'not ready' })
    afterRestart.stop()
  })

  it('is no concern of an agent who never opened one', async () => {
    const { desks, ana } = await scene({ returnMs: 1 })
    const other = await scene()
    other.desks.opened('ana', 'desk-1', () => undefined)()
    await eventually(() => other.ana().presence === 'not-ready', { withinMs: 5_000, what: 'the other not ready' })
    expect(ana().presence).toBe('available')
    desks.stop()
  })
})
