import { describe, expect, it } from 'vitest'
import { decide } from '../../../../src/core/routing/machine.ts'
import { agentView, placeInLine } from '../../../../src/core/routing/views.ts'
import { kinds, only, Scenario } from './scenario.ts'

/** Ana and Bea are free, `first` rings at Ana. */
function ringing(ringTimeoutMs = 15_000): Scenario {
  const centre = new Scenario()
  centre.queue('sales', { ringTimeoutMs })
  centre.agent('ana')
  centre.agent('bea')
  centre.presence('bea', 'not-ready', 'lunch')
  centre.call('first')
  expect(centre.ringsAt('first')).toBe('ana')
  return centre
}

describe('an offer', () => {
  it('rings at the agent and connects them when they answer', () => {
    const centre = ringing()
    expect(centre.facts.at(-1)).toMatchObject({ kind: 'offer-made', offerId: 'first/1', expiresAt: 15_000 })
    centre.at = 3_000
    const { facts, commands } = centre.accept('first')
    expect(kinds(facts)).toEqual(['offer-accepted'])
    expect(commands).toEqual([
      { kind: 'connect-agent', channel: 'voice', interactionId: 'first', offerId: 'first/1', agentId: 'ana' },
    ])
    expect(centre.view('first')).toMatchObject({ phase: 'engaged', agentId: 'ana', acceptedAt: 3_000 })
  })

  it('connects one agent, however many answer', () => {
    const centre = ringing()
    centre.accept('first')
    const again = { interactionId: 'first', offerId: 'first/1' }
    expect(centre.send({ kind: 'accept-offer', ...again })).toEqual({ facts: [], commands: [] })
    const other = centre.send({ kind: 'accept-offer', interactionId: 'first', offerId: 'first/2' })
    expect(other.refusal?.code).toBe('unknown-offer')
    expect(only(centre.facts, 'offer-accepted')).toHaveLength(1)
  })

  it('returns the caller to their own place when it expires, and the agent is not ready', () => {
    const centre = ringing()
    centre.at = 1_000
    centre.call('second')
    const facts = centre.pass(14_000)
    expect(kinds(facts)).toEqual(['offer-expired', 'presence-changed'])
    expect(agentView(centre.state, 'ana')).toMatchObject({
      presence: 'not-ready',
      reason: 'rona',
      presenceBy: 'system',
    })
    expect(placeInLine(centre.state, 'first')).toEqual({ position: 1, queueLength: 2 })
    centre.presence('bea', 'available')
    expect(centre.ringsAt('first')).toBe('bea')
    expect(centre.offerId('first')).toBe('first/2')
  })

  it('goes to another agent at once when one is free', () => {
    const centre = ringing()
    centre.presence('bea', 'available')
    const facts = centre.pass(15_000)
    expect(kinds(facts)).toEqual(['offer-expired', 'presence-changed', 'offer-made'])
    expect(centre.ringsAt('first')).toBe('bea')
  })

  it('is over for an answer that crosses the expiry', () => {
    const centre = ringing()
    const offerId = centre.offerId('first')
    centre.at = 15_000
    const { facts, refusal } = centre.send({ kind: 'accept-offer', interactionId: 'first', offerId })
    expect(refusal?.code).toBe('offer-over')
    expect(kinds(facts)).toEqual(['offer-expired', 'presence-changed'])
  })

  it('is not accepted by a decision that nobody gave its deadlines', () => {
    const centre = ringing()
    const input = { kind: 'accept-offer', interactionId: 'first', offerId: 'first/1' } as const
    expect(decide(centre.state, { ...input, at: 14_999 }).refusal).toBeUndefined()
    expect(decide(centre.state, { ...input, at: 15_000 }).refusal?.code).toBe('offer-over')
  })

  it('stops ringing when the caller leaves, and the agent is free for the next', () => {
    const centre = ringing()
    centre.call('second')
    const { facts, commands } = centre.end('first')
    expect(kinds(facts)).toEqual(['offer-rescinded', 'interaction-ended', 'offer-made'])
    expect(commands.map(({ kind }) => kind)).toEqual(['stop-ringing', 'ring-agent'])
    expect(only(facts, 'interaction-ended')[0]).toMatchObject({ outcome: 'short-abandon', by: 'customer' })
    expect(centre.ringsAt('second')).toBe('ana')
    const late = centre.send({ kind: 'accept-offer', interactionId: 'first', offerId: 'first/1' })
    expect(late.refusal?.code).toBe('unknown-interaction')
  })

  it('is taken back and made elsewhere when the agent leaves while it rings', () => {
    const centre = ringing()
    centre.presence('bea', 'available')
    const { facts } = centre.presence('ana', 'not-ready', 'break')
    expect(kinds(facts)).toEqual(['presence-changed', 'offer-rescinded', 'offer-made'])
    expect(only(facts, 'offer-rescinded')[0]?.reason).toBe('agent-left')
    expect(centre.ringsAt('first')).toBe('bea')
  })

  it('leaves the agent in conversation who turns not ready: it counts for new work only', () => {
    const centre = ringing()
    centre.accept('first')
    expect(kinds(centre.presence('ana', 'not-ready', 'break').facts)).toEqual(['presence-changed'])
    expect(centre.view('first').phase).toBe('engaged')
    centre.end('first')
    expect(centre.call('second').facts.some(({ kind }) => kind === 'offer-made')).toBe(false)
  })

  it('is made again in place when its device vanished, and nobody is blamed', () => {
    const centre = ringing()
    centre.call('second')
    const { facts } = centre.send({ kind: 'lose-offer', interactionId: 'first', offerId: 'first/1' })
    expect(kinds(facts)).toEqual(['offer-rescinded', 'offer-made'])
    expect(centre.offerId('first')).toBe('first/2')
    expect(agentView(centre.state, 'ana')?.presence).toBe('available')
  })

  it('stays when the phone is reported gone: the channel tells what becomes of the call', () => {
    const centre = ringing()
    expect(kinds(centre.reach('ana', false).facts)).toEqual(['reachability-changed'])
    expect(centre.ringsAt('first')).toBe('ana')
  })
})

describe('a declined offer', () => {
  it.each([
    ['rejected', 'rejected', null],
    ['do-not-disturb', 'do-not-disturb', null],
    ['phone-busy', 'phone-busy', 12_000],
    ['failed', 'phone-busy', 12_000],
    ['phone-unreachable', 'phone-unreachable', 32_000],
  ] as const)('%s makes the agent not ready: %s, back at %s', (reason, shown, returnsAt) => {
    const centre = ringing()
    centre.at = 2_000
    expect(kinds(centre.decline('first', reason).facts)).toEqual(['offer-declined', 'presence-changed'])
    expect(agentView(centre.state, 'ana')).toMatchObject({ presence: 'not-ready', reason: shown, returnsAt })
    expect(placeInLine(centre.state, 'first')?.position).toBe(1)
  })

  it('rings at a busy phone again after a while', () => {
    const centre = ringing()
    centre.decline('first', 'phone-busy')
    expect(kinds(centre.pass(10_000))).toEqual(['presence-changed', 'offer-made'])
    expect(centre.ringsAt('first')).toBe('ana')
  })

  it('rings again as soon as an unreachable phone is back', () => {
    const centre = ringing()
    centre.decline('first', 'phone-unreachable')
    centre.reach('ana', false)
    const { facts } = centre.reach('ana', true)
    expect(kinds(facts)).toEqual(['reachability-changed', 'presence-changed', 'offer-made'])
    expect(agentView(centre.state, 'ana')).toMatchObject({ presence: 'available', reason: null })
  })

  it('does not bring back who chose to leave meanwhile', () => {
    const centre = ringing()
    centre.decline('first', 'phone-busy')
    centre.presence('ana', 'not-ready', 'lunch')
    expect(centre.pass(60_000)).toEqual([])
    expect(agentView(centre.state, 'ana')).toMatchObject({ presence: 'not-ready', reason: 'lunch' })
  })
})

describe('an offer that is over', () => {
  it('can be neither accepted, declined nor lost', () => {
    const centre = ringing()
    centre.pass(15_000)
    const offer = { interactionId: 'first', offerId: 'first/1' }
    const codes = [
      centre.send({ kind: 'accept-offer', ...offer }),
      centre.send({ kind: 'decline-offer', ...offer, reason: 'rejected' }),
      centre.send({ kind: 'lose-offer', ...offer }),
    ].map(({ refusal }) => refusal?.code)
    expect(codes).toEqual(['offer-over', 'offer-over', 'offer-over'])
  })

  it.each(['first/0', 'first/2', 'first/x', 'first/1.5', 'other/1', ''])(
    'is told from one that never was: %s',
    (offerId) => {
      const centre = ringing()
      expect(centre.send({ kind: 'lose-offer', interactionId: 'first', offerId }).refusal?.code).toBe('unknown-offer')
    },
  )
})
