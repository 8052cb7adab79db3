import { describe, expect, it } from 'vitest'
import {
  declineReasonOf,
  inboundCall,
  type Call,
  type CallAction,
  type CallInput,
} from '../../../../src/core/call/call.ts'
import { agentLegOf } from '../../../../src/core/call/parties.ts'
import { stepCall } from '../../../../src/core/call/step.ts'

/** Runs inputs one after the other and keeps what was asked for by each. */
function play(call: Call, ...inputs: CallInput[]): { call: Call; actions: CallAction[]; last: readonly CallAction[] } {
  const actions: CallAction[] = []
  let last: readonly CallAction[] = []
  for (const input of inputs) {
    const step = stepCall(call, input)
    call = step.call
    last = step.actions
    actions.push(...step.actions)
  }
  return { call, actions, last }
}

const fresh = (): Call => inboundCall('call', 'customer')
const waiting: CallInput = { kind: 'enqueued', queueId: 'sales' }
const ring: CallInput = { kind: 'ring-agent', offerId: 'call/1', agentId: 'ana', channelId: 'ana-leg' }
const ringAgain: CallInput = { kind: 'ring-agent', offerId: 'call/2', agentId: 'bogdan', channelId: 'bogdan-leg' }
const pickUp: CallInput = { kind: 'leg-up', channelId: 'ana-leg' }
const connect = { kind: 'connect-agent', offerId: 'call/1', record: null } as const
const customerLeaves: CallInput = { kind: 'leg-gone', channelId: 'customer', cause: 16, seen: true }
const agentLeaves: CallInput = { kind: 'leg-gone', channelId: 'ana-leg', cause: 16, seen: true }
const talking = (record: string | null = null): Call =>
  play(fresh(), waiting, ring, pickUp, { ...connect, record }).call

describe('a call that waits', () => {
  it('plays music while in line and joins both legs when the agent is connected', () => {
    const { actions } = play(fresh(), waiting, ring, pickUp, connect)
    expect(actions).toEqual([
      { do: 'start-music', channelId: 'customer' },
      { do: 'ring', leg: { channelId: 'ana-leg', agentId: 'ana', offerId: 'call/1' } },
      { do: 'accept-offer', offerId: 'call/1' },
      { do: 'stop-music', channelId: 'customer' },
      { do: 'join', channelIds: ['customer', 'ana-leg'] },
    ])
  })

  it('hangs up the ringing phone when the caller leaves', () => {
    const { last } = play(fresh(), waiting, ring, customerLeaves)
    expect(last).toEqual([
      { do: 'hang-up-leg', channelId: 'ana-leg', cause: 'normal' },
      { do: 'stop-flow' },
      { do: 'end-interaction', by: 'customer', outcome: null, cause: 'q850-16' },
    ])
  })

  it('hangs up an agent who answers after the caller has left', () => {
    const { last } = play(fresh(), waiting, ring, customerLeaves, pickUp)
    expect(last).toEqual([{ do: 'hang-up-leg', channelId: 'ana-leg', cause: 'normal' }])
  })

  it('hangs up the phone whose answer crossed the expiry, and waits on', () => {
    const { call, last } = play(fresh(), waiting, ring, pickUp, { kind: 'accept-refused', offerId: 'call/1' })
    expect(last).toEqual([{ do: 'hang-up-leg', channelId: 'ana-leg', cause: 'no-answer' }])
    expect(call.stage).toEqual({ kind: 'waiting', queueId: 'sales', ringing: null, answered: false })
  })

  it('does not take the late end of an expired ring for that of the next one', () => {
    const { call, last } = play(
      fresh(),
      waiting,
      ring,
      { kind: 'stop-ringing', offerId: 'call/1' },
      ringAgain,
      agentLeaves,
    )
    expect(last).toEqual([])
    expect(agentLegOf(call)?.channelId).toBe('bogdan-leg')
  })

  it.each([
    [31, 'do-not-disturb'],
    [17, 'phone-busy'],
    [21, 'rejected'],
    [19, 'rejected'],
    [18, 'phone-unreachable'],
    [20, 'phone-unreachable'],
    [38, 'failed'],
  ] as const)('tells the router what a refusal with cause %i means', (cause, reason) => {
    const { last } = play(fresh(), waiting, ring, { ...agentLeaves, cause })
    expect(last).toEqual([{ do: 'decline-offer', offerId: 'call/1', reason }])
    expect(declineReasonOf(cause)).toBe(reason)
  })

  it('blames nobody for a call that another of the agent’s devices took', () => {
    const { last } = play(fresh(), waiting, ring, { ...agentLeaves, cause: 26 })
    expect(last).toEqual([{ do: 'lose-offer', offerId: 'call/1' }])
  })

  it('ends with an agent who picked up and put down before the router had said yes', () => {
    const { call, last } = play(fresh(), waiting, ring, pickUp, agentLeaves, connect)
    expect(call.stage.kind).toBe('over')
    expect(last).toEqual([
      { do: 'hang-up-leg', channelId: 'customer', cause: 'normal' },
      { do: 'stop-flow' },
      { do: 'end-interaction', by: 'agent', outcome: null, cause: 'left while answering' },
    ])
  })

  it('blames nobody for a leg that was gone when we came back', () => {
    const { last } = play(fresh(), waiting, ring, { ...agentLeaves, seen: false })
    expect(last).toEqual([{ do: 'lose-offer', offerId: 'call/1' }])
  })

  it('rings nobody for a caller who is back in the flow', () => {
    const { last } = play(fresh(), waiting, { kind: 'returned-to-flow' }, ring)
    expect(last).toEqual([{ do: 'lose-offer', offerId: 'call/1' }])
  })
})

describe('a call that talks', () => {
  it.each([
    [customerLeaves, 'customer', 'ana-leg'],
    [agentLeaves, 'agent', 'customer'],
  ] as const)('hangs up the other leg whichever side leaves, and says who', (leaves, by, other) => {
    const { last } = play(talking(), leaves)
    expect(last).toEqual([
      { do: 'hang-up-leg', channelId: other, cause: 'normal' },
      { do: 'destroy-bridge' },
      { do: 'stop-flow' },
      { do: 'end-interaction', by, outcome: null, cause: 'q850-16' },
    ])
  })

  it('goes back to its flow when the agent leaves and the flow has something for the customer yet', () => {
    const goesOn = { ...agentLeaves, flowGoesOn: true }
    const { call, last } = play(talking('rec'), goesOn)
    expect(call).toMatchObject({ stage: { kind: 'flow' }, customerChannelId: 'customer', recordingId: null })
    expect(last).toEqual([
      { do: 'leave', channelId: 'customer' },
      { do: 'stop-recording', recordingId: 'rec' },
      { do: 'destroy-bridge' },
      { do: 'leave-conversation', cause: 'q850-16' },
    ])
    expect(play(talking(), { kind: 'hold', by: 'agent' }, goesOn).last[0]).toEqual({
      do: 'stop-music',
      channelId: 'customer',
    })
  })

  it('does not know who hung up what it did not see', () => {
    const { last } = play(talking(), { ...agentLeaves, seen: false, cause: 0 })
    expect(last.at(-1)).toEqual({ do: 'end-interaction', by: 'unknown', outcome: null, cause: 'q850-0' })
  })

  it('holds with music and resumes, once each', () => {
    const { actions } = play(
      talking(),
      { kind: 'hold', by: 'agent' },
      { kind: 'hold', by: 'agent' },
      { kind: 'resume', by: 'agent' },
    )
    expect(actions).toEqual([
      { do: 'leave', channelId: 'customer' },
      { do: 'start-music', channelId: 'customer' },
      { do: 'note-hold', on: true, agentId: 'ana' },
      { do: 'stop-music', channelId: 'customer' },
      { do: 'join', channelIds: ['customer'] },
      { do: 'note-hold', on: false, agentId: 'ana' },
    ])
  })

  it.each([
    ['phone', 'agent'],
    ['agent', 'phone'],
  ] as const)('held by the %s, is not resumed by the %s', (by, other) => {
    const { call, last } = play(
      talking(),
      { kind: 'hold', by },
      { kind: 'hold', by: other },
      { kind: 'resume', by: other },
    )
    expect(last).toEqual([])
    expect(call.stage).toMatchObject({ held: by })
    expect(play(call, { kind: 'resume', by }).call.stage).toMatchObject({ held: null })
  })

  it('pauses and resumes the recording, and nothing when none runs', () => {
    const pause: CallInput = { kind: 'pause-recording', reason: 'card' }
    expect(play(talking(), pause).actions).toEqual([])
    expect(play(talking('rec'), pause, pause).actions).toEqual([
      { do: 'pause-recording', recordingId: 'rec', reason: 'card' },
    ])
  })
})

describe('a call that is passed on', () => {
  const passOn: CallInput = { kind: 'pass-on', channelId: 'outside' }
  const answered: CallInput = { kind: 'leg-up', channelId: 'outside' }
  const outsideLeaves: CallInput = { kind: 'leg-gone', channelId: 'outside', cause: 16, seen: true }

  it('hears the ringing, then talks', () => {
    expect(play(fresh(), passOn, answered, answered).actions).toEqual([
      { do: 'start-ring-tone', channelId: 'customer' },
      { do: 'dial-outside', channelId: 'outside' },
      { do: 'stop-ring-tone', channelId: 'customer' },
      { do: 'join', channelIds: ['customer', 'outside'] },
      { do: 'passed-on' },
    ])
  })

  it('returns to its flow when nobody answers there', () => {
    const { call, last } = play(fresh(), passOn, { ...outsideLeaves, cause: 17 })
    expect(call.stage).toEqual({ kind: 'flow' })
    expect(last).toEqual([
      { do: 'stop-ring-tone', channelId: 'customer' },
      { do: 'not-passed-on', cause: 'q850-17' },
    ])
  })

  it.each([
    [customerLeaves, 'outside', 'customer', 'q850-16'],
    [outsideLeaves, 'customer', 'system', 'outside-q850-16'],
  ] as const)('ends when either side leaves', (leaves, other, by, cause) => {
    expect(play(fresh(), passOn, answered, leaves).last).toEqual([
      { do: 'hang-up-leg', channelId: other, cause: 'normal' },
      { do: 'destroy-bridge' },
      { do: 'stop-flow' },
      { do: 'end-interaction', by, outcome: null, cause },
    ])
  })

  it('stops the other phone when the customer leaves before it is answered', () => {
    expect(play(fresh(), passOn, customerLeaves).last[0]).toEqual({
      do: 'hang-up-leg',
      channelId: 'outside',
      cause: 'normal',
    })
  })
})

/** What Asterisk would hold: legs appear with `ring` and go with `hang-up-leg`; events for them come whenever they like. */
function interleave(seed: number): { ends: number; left: string[]; accepted: string[]; joined: string[] } {
  const random = mulberry32(seed)
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)]
  let call = fresh()
  const up = new Set(['customer'])
  const ringing = new Set<string>()
  const joined: string[] = []
  const accepted: string[] = []
  let ends = 0
  let offers = 0
  let live: string | null = null
  const step = (input: CallInput): void => {
    const result = stepCall(call, input)
    call = result.call
    for (const action of result.actions) {
      if (action.do === 'ring') ringing.add(action.leg.channelId)
      if (action.do === 'hang-up-leg') [up, ringing].forEach((set) => set.delete(action.channelId))
      if (action.do === 'join') joined.push(action.channelIds.join('+'))
      if (action.do === 'accept-offer') accepted.push(action.offerId)
      if (action.do === 'end-interaction') ends += 1
      if (action.do === 'decline-offer' || action.do === 'lose-offer') live = live === action.offerId ? null : live
    }
  }
  const moves: (() => void)[] = [
    () => step(waiting),
    () => {
      if (live !== null) return
      live = `call/${++offers}`
      step({ kind: 'ring-agent', offerId: live, agentId: 'ana', channelId: `leg-${offers}` })
    },
    () => {
      const leg = pick([...ringing])
      if (leg === undefined) return
      ringing.delete(leg)
      up.add(leg)
      step({ kind: 'leg-up', channelId: leg })
    },
    () => {
      const leg = pick([...up, ...ringing])
      if (leg === undefined) return
      up.delete(leg)
      ringing.delete(leg)
      step({ kind: 'leg-gone', channelId: leg, cause: pick([16, 17, 19, 20, 21, 38]) ?? 16, seen: random() < 0.8 })
    },
    () => live !== null && accepted.includes(live) && step({ kind: 'connect-agent', offerId: live, record: null }),
    () => {
      if (live === null) return
      step({ kind: random() < 0.5 ? 'stop-ringing' : 'accept-refused', offerId: live })
      live = null
    },
    () => step({ kind: 'returned-to-flow' }),
    () => step({ kind: random() < 0.5 ? 'hold' : 'resume', by: 'agent' }),
    () => step({ kind: 'mute', channelId: 'leg-1', on: random() < 0.5 }),
  ]
  for (let i = 0; i < 60; i++) pick(moves)?.()
  step({ kind: 'hang-up', by: 'system', outcome: null, cause: null })
  // Whatever was on its way when the call ended still arrives.
  for (const leg of [...ringing]) {
    ringing.delete(leg)
    up.add(leg)
    step({ kind: 'leg-up', channelId: leg })
  }
  return { ends, left: [...up, ...ringing], accepted, joined }
}

function mulberry32(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

describe('any order of events', () => {
  it('ends the interaction once and leaves no leg up, in 2,000 random interleavings', () => {
    for (let seed = 1; seed <= 2_000; seed++) {
      const { ends, left, accepted } = interleave(seed)
      expect({ seed, ends, left }).toEqual({ seed, ends: 1, left: [] })
      expect(new Set(accepted).size, `seed ${seed}: an offer accepted twice`).toBe(accepted.length)
    }
  })
})

describe('an agent’s leg that comes back into a talk', () => {
  const returned: CallInput = { kind: 'leg-returned', channelId: 'ana-leg' }

  it('is joined again', () => {
    expect(play(talking(), returned).last).toEqual([{ do: 'join', channelIds: ['ana-leg'] }])
  })

  it('is as muted as it was', () => {
    const { last } = play(talking(), { kind: 'mute', channelId: 'ana-leg', on: true }, returned)
    expect(last).toEqual(expect.arrayContaining([{ do: 'mute-leg', channelId: 'ana-leg', on: true }]))
  })

  it('changes nothing when the talk is over or it never was a part of it', () => {
    expect(play(talking(), customerLeaves, returned).call.stage.kind).toBe('over')
    expect(play(talking(), { kind: 'leg-returned', channelId: 'stranger' }).last).toEqual([])
  })
})
