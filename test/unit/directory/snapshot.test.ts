import { describe, expect, it } from 'vitest'
import { firstPolicy } from '../../../src/core/dialling/policy.ts'
import { configurationFor, configurationMissing } from '../../../src/directory/configuration.ts'
import { demoQueues } from '../../../src/directory/demo-organisation.ts'
import { newQueueSchema, rulesOf } from '../../../src/directory/queue.ts'
import { changesBetween, emptySnapshot, snapshotOf, type DirectoryContent } from '../../../src/directory/snapshot.ts'
import type { User } from '../../../src/directory/user.ts'

const ana: User = {
  id: '00000000-0000-4000-8000-000000000001',
  username: 'ana',
  name: 'Ana',
  role: 'agent',
  enabled: true,
  agent: {
    skills: { sales: 5 },
    queueIds: ['sales'],
    capacity: { voice: 1 },
    interruptible: [],
    sip: { username: 'ana' },
  },
}
const content = (over: Partial<DirectoryContent> = {}): DirectoryContent => ({
  users: [ana],
  sipDigests: new Map([[ana.id, 'digest']]),
  skills: [{ id: 'sales', name: 'Sales' }],
  queues: demoQueues,
  entryPoints: [],
  hours: [],
  notReadyReasons: [],
  trunks: [],
  outboundPolicy: firstPolicy,
  ...over,
})
const kinds = (before: DirectoryContent, after: DirectoryContent): string[] =>
  changesBetween(snapshotOf(before), snapshotOf(after)).map((change) => change.kind)

describe('what changed in the directory', () => {
  it('is nothing between two equal readings', () => {
    expect(kinds(content(), content())).toEqual([])
  })

  it('is everything at first, queues before the agents that serve them', () => {
    const inputs = configurationFor(changesBetween(emptySnapshot, snapshotOf(content())))
    expect(inputs.map((input) => input.kind)).toEqual(['configure-queue', 'configure-queue', 'configure-agent'])
  })

  it('leaves the router alone when only what callers hear changes', () => {
    const [sales, ...others] = demoQueues
    if (sales === undefined) throw new Error('the demo has queues')
    const after = snapshotOf(content({ queues: [{ ...sales, music: 'jazz' }, ...others] }))
    const changes = changesBetween(snapshotOf(content()), after)
    expect(changes.map((change) => change.kind)).toEqual(['queue-settings-changed'])
    expect(configurationFor(changes)).toEqual([])
  })

  it('takes an agent who is disabled, or no agent any more, from the router and from the phones', () => {
    for (const gone of [
      { ...ana, enabled: false },
      { ...ana, agent: null },
    ])
      expect(kinds(content(), content({ users: [gone] }))).toEqual([
        'agent-removed',
        'users-changed',
        'sip-accounts-changed',
      ])
  })

  it('tells the phones of a new SIP password and nobody else', () => {
    expect(kinds(content(), content({ sipDigests: new Map([[ana.id, 'other']]) }))).toEqual(['sip-accounts-changed'])
  })
})

describe('bringing a recovered router in line', () => {
  it('takes nothing when it knows the directory already', () => {
    const { agentRules: agents, queueRules: queues } = snapshotOf(content())
    expect(configurationMissing({ agents, queues }, { agents, queues })).toEqual([])
  })

  it('configures what differs and removes what is gone', () => {
    const { agentRules: agents, queueRules: queues } = snapshotOf(content())
    const old = rulesOf(newQueueSchema.parse({ id: 'old', name: 'Old' }))
    const known = {
      agents: new Map([['ghost', { id: 'ghost', skills: {}, queueIds: [], capacity: {} }]]),
      queues: new Map([['old', old]]),
    }
    expect(configurationMissing(known, { agents, queues })).toMatchObject([
      { kind: 'configure-queue', queue: { id: 'sales' } },
      { kind: 'configure-queue', queue: { id: 'support' } },
      { kind: 'configure-agent', agent: { id: ana.id } },
      { kind: 'remove-agent', agentId: 'ghost' },
      { kind: 'remove-queue', queueId: 'old' },
    ])
  })
})
