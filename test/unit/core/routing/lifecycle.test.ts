import { describe, expect, it } from 'vitest'
import type { Decision, Refusal } from '../../../../src/core/decision.ts'
import type { ContactFact, FactKind } from '../../../../src/core/facts.ts'
import { interactionView } from '../../../../src/core/routing/views.ts'
import { kinds, only, Scenario } from './scenario.ts'

const phases = ['unknown', 'self-service', 'queued', 'offered', 'engaged', 'ended'] as const
type Phase = (typeof phases)[number]

/** `it` is in the phase; Ana is the only agent. */
function inPhase(phase: Phase): Scenario {
  const centre = new Scenario()
  centre.queue('sales')
  centre.agent('ana')
  if (phase === 'unknown') return centre
  centre.arrive('it')
  if (phase === 'self-service') return centre
  if (phase === 'queued') centre.presence('ana', 'offline')
  centre.enqueue('it')
  if (phase === 'queued' || phase === 'offered') return centre
  centre.accept('it')
  if (phase === 'ended') centre.end('it')
  return centre
}

type Answer = FactKind[] | Refusal['code']
const offer = { interactionId: 'it', offerId: 'it/1' }
const recorded: ContactFact = { kind: 'hold-started', at: 0, interactionId: 'it', agentId: 'ana' }
const finished: ContactFact = {
  kind: 'recording-finished',
  at: 0,
  interactionId: 'it',
  recordingId: 'r',
  durationMs: 1,
}
const unknown = 'unknown-interaction' as const

/** What every input brings in every phase: the facts, none for a duplicate, or a refusal. */
const answers: [name: string, act: (centre: Scenario) => Decision, Record<Phase, Answer>][] = [
  [
    'arrive',
    (centre) => centre.arrive('it'),
    {
      unknown: ['interaction-arrived'],
      'self-service': [],
      queued: [],
      offered: [],
      engaged: [],
      ended: ['interaction-arrived'],
    },
  ],
  [
    'recognise-customer',
    (centre) => centre.send({ kind: 'recognise-customer', interactionId: 'it', customerId: 'carla' }),
    {
      unknown,
      'self-service': ['customer-recognised'],
      queued: ['customer-recognised'],
      offered: ['customer-recognised'],
      engaged: ['customer-recognised'],
      ended: unknown,
    },
  ],
  [
    'enqueue',
    (centre) => centre.enqueue('it'),
    {
      unknown,
      'self-service': ['interaction-queued', 'offer-made'],
      queued: 'already-queued',
      offered: 'already-queued',
      engaged: 'already-queued',
      ended: unknown,
    },
  ],
  [
    'leave-queue',
    (centre) => centre.leave('it'),
    {
      unknown,
      'self-service': 'not-queued',
      queued: ['interaction-dequeued'],
      offered: ['offer-rescinded', 'interaction-dequeued'],
      engaged: 'not-queued',
      ended: unknown,
    },
  ],
  [
    'accept-offer',
    (centre) => centre.send({ kind: 'accept-offer', ...offer }),
    {
      unknown,
      'self-service': 'unknown-offer',
      queued: 'unknown-offer',
      offered: ['offer-accepted'],
      engaged: [],
      ended: unknown,
    },
  ],
  [
    'decline-offer',
    (centre) => centre.send({ kind: 'decline-offer', ...offer, reason: 'rejected' }),
    {
      unknown,
      'self-service': 'unknown-offer',
      queued: 'unknown-offer',
      offered: ['offer-declined', 'presence-changed'],
      engaged: 'offer-over',
      ended: unknown,
    },
  ],
  [
    'lose-offer',
    (centre) => centre.send({ kind: 'lose-offer', ...offer }),
    {
      unknown,
      'self-service': 'unknown-offer',
      queued: 'unknown-offer',
      offered: ['offer-rescinded', 'offer-made'],
      engaged: 'offer-over',
      ended: unknown,
    },
  ],
  [
    'end-interaction',
    (centre) => centre.end('it'),
    {
      unknown,
      'self-service': ['interaction-ended'],
      queued: ['interaction-ended'],
      offered: ['offer-rescinded', 'interaction-ended'],
      engaged: ['interaction-ended'],
      ended: unknown,
    },
  ],
  [
    'record',
    (centre) => centre.send({ kind: 'record', fact: recorded }),
    {
      unknown,
      'self-service': ['hold-started'],
      queued: ['hold-started'],
      offered: ['hold-started'],
      engaged: ['hold-started'],
      ended: unknown,
    },
  ],
  [
    'record recording-finished',
    (centre) => centre.send({ kind: 'record', fact: finished }),
    {
      unknown: ['recording-finished'],
      'self-service': ['recording-finished'],
      queued: ['recording-finished'],
      offered: ['recording-finished'],
      engaged: ['recording-finished'],
      ended: ['recording-finished'],
    },
  ],
]

describe.each(answers)('%s', (_name, act, expected) => {
  it.each(phases)('in phase %s', (phase) => {
    const centre = inPhase(phase)
    const { length } = centre.facts
    const decision = act(centre)
    const answer = expected[phase]
    if (typeof answer === 'string') expect(decision.refusal?.code).toBe(answer)
    else expect(decision.refusal).toBeUndefined()
    expect(kinds(centre.facts.slice(length))).toEqual(typeof answer === 'string' ? [] : answer)
  })
})

describe('the end', () => {
  it.each([
    ['self-service', 10_000, 'self-served'],
    ['queued', 4_999, 'short-abandon'],
    ['queued', 5_000, 'abandoned'],
    ['offered', 4_999, 'short-abandon'],
    ['offered', 14_000, 'abandoned'],
    ['engaged', 0, 'answered'],
  ] as const)('of one that was %s for %i ms is %s', (phase, ms, outcome) => {
    const centre = inPhase(phase)
    centre.at += ms
    expect(only(centre.end('it').facts, 'interaction-ended')[0]?.outcome).toBe(outcome)
    expect(interactionView(centre.state, 'it')).toBeNull()
  })

  it('may state its outcome and cause', () => {
    const centre = inPhase('self-service')
    const end = { by: 'system', outcome: 'voicemail', cause: 'normal' } as const
    const { facts } = centre.send({ kind: 'end-interaction', interactionId: 'it', ...end })
    expect(facts).toEqual([{ kind: 'interaction-ended', at: 0, interactionId: 'it', ...end }])
  })
})

describe('a queue', () => {
  it('sends back to the flow, where the caller may queue again', () => {
    const centre = inPhase('queued')
    const { commands } = centre.leave('it', 'voicemail')
    expect(commands).toEqual([{ kind: 'return-to-flow', channel: 'voice', interactionId: 'it', outcome: 'voicemail' }])
    expect(centre.view('it').phase).toBe('self-service')
    expect(kinds(centre.enqueue('it').facts)).toEqual(['interaction-queued'])
  })

  it('stops the ringing when the caller chooses another way out meanwhile', () => {
    const centre = inPhase('offered')
    expect(centre.leave('it', 'callback').commands).toMatchObject([
      { kind: 'stop-ringing', agentId: 'ana', reason: 'left-queue' },
      { kind: 'return-to-flow', outcome: 'callback' },
    ])
  })

  it('has to exist', () => {
    const centre = inPhase('self-service')
    expect(centre.enqueue('it', { queueId: 'nowhere' }).refusal?.code).toBe('unknown-queue')
  })

  it('that is full answers so, without a place in line', () => {
    const centre = new Scenario()
    centre.queue('sales', { maxWaiting: 1 })
    centre.call('first')
    const { facts, commands } = centre.call('second')
    expect(only(facts, 'interaction-dequeued')).toMatchObject([{ outcome: 'full' }])
    expect(commands).toMatchObject([{ kind: 'return-to-flow', outcome: 'full' }])
    expect(centre.view('second').phase).toBe('self-service')
  })

  it('that is full lets through whom an idle agent takes at once', () => {
    const centre = new Scenario()
    centre.queue('sales', { maxWaiting: 1 })
    centre.agent('ana', { skills: { french: 3 } })
    centre.call('first', { requirement: { german: 1 } })
    centre.call('second', { requirement: { french: 3 } })
    expect(centre.ringsAt('second')).toBe('ana')
    expect(centre.call('third', { requirement: { french: 3 } }).commands).toMatchObject([{ outcome: 'full' }])
  })

  it('gives up on a wait that is too long', () => {
    const centre = new Scenario()
    centre.queue('sales', { maxWaitMs: 60_000 })
    centre.call('it')
    expect(centre.pass(59_999)).toEqual([])
    expect(only(centre.pass(1), 'interaction-dequeued')).toMatchObject([{ outcome: 'timeout', at: 60_000 }])
    expect(centre.view('it').phase).toBe('self-service')
  })

  it('does not give up while a phone rings, but right after it rang in vain', () => {
    const centre = new Scenario()
    centre.queue('sales', { maxWaitMs: 10_000, ringTimeoutMs: 15_000 })
    centre.agent('ana')
    centre.call('it')
    expect(kinds(centre.pass(15_000))).toEqual(['offer-expired', 'presence-changed', 'interaction-dequeued'])
  })
})

describe('someone nobody knows', () => {
  it.each([
    ['set-presence', (centre: Scenario) => centre.presence('zoe', 'available')],
    ['set-reachability', (centre: Scenario) => centre.reach('zoe', true)],
    ['remove-agent', (centre: Scenario) => centre.send({ kind: 'remove-agent', agentId: 'zoe' })],
    [
      'finish-wrap-up',
      (centre: Scenario) => centre.send({ kind: 'finish-wrap-up', agentId: 'zoe', interactionId: 'it', by: 'agent' }),
    ],
    [
      'extend-wrap-up',
      (centre: Scenario) => centre.send({ kind: 'extend-wrap-up', agentId: 'zoe', interactionId: 'it', byMs: 1 }),
    ],
  ] as const)('%s is refused', (_name, act) => {
    expect(act(new Scenario()).refusal?.code).toBe('unknown-agent')
  })
})

describe('what is said twice', () => {
  it.each([
    ['presence', (centre: Scenario) => centre.presence('ana', 'available')],
    ['reachability', (centre: Scenario) => centre.reach('ana', true)],
    [
      'recognition',
      (centre: Scenario) => centre.send({ kind: 'recognise-customer', interactionId: 'it', customerId: 'c' }),
    ],
    ['arrival', (centre: Scenario) => centre.arrive('it')],
    ['rules of a queue', (centre: Scenario) => centre.queue('sales')],
  ] as const)('changes nothing: %s', (_name, act) => {
    const centre = inPhase('self-service')
    act(centre)
    expect(act(centre)).toEqual({ facts: [], commands: [] })
  })
})
