import { describe, expect, it } from 'vitest'
import { inboundCall, type Call, type CallAction, type CallInput } from '../../../../src/core/call/call.ts'
import { stepCall } from '../../../../src/core/call/step.ts'

type Played = { call: Call; last: readonly CallAction[] }

function play(call: Call, ...inputs: CallInput[]): Played {
  let last: readonly CallAction[] = []
  for (const input of inputs) ({ call, actions: last } = stepCall(call, input))
  return { call, last }
}

const talking = (record: string | null = null): Call =>
  play(
    inboundCall('call', 'customer'),
    { kind: 'enqueued', queueId: 'sales' },
    { kind: 'ring-agent', offerId: 'call/1', agentId: 'ana', channelId: 'ana-leg' },
    { kind: 'leg-up', channelId: 'ana-leg' },
    { kind: 'connect-agent', offerId: 'call/1', record },
  ).call

const ring = (purpose: 'consult' | 'conference' | 'transfer' | 'pick-up' | 'monitor'): CallInput => ({
  kind: 'ring-guest',
  offerId: 'call/2',
  agentId: 'bogdan',
  channelId: 'bogdan-leg',
  purpose,
  listening: purpose === 'monitor' ? 'monitor' : null,
})
const up: CallInput = { kind: 'leg-up', channelId: 'bogdan-leg' }
const connect: CallInput = { kind: 'connect-guest', offerId: 'call/2', agentId: 'bogdan', record: 'next' }
const gone = (channelId: string, cause = 16): CallInput => ({ kind: 'leg-gone', channelId, cause, seen: true })
const guest = { channelId: 'bogdan-leg', agentId: 'bogdan', offerId: 'call/2' }
const waits = { do: 'note-parties', customer: 'waits', outside: [] }
const consulting = (record: string | null = null): Call => play(talking(record), ring('consult'), up, connect).call

describe('a consultation', () => {
  it('gives the customer music and the agent the ringing, then brings the two agents together', () => {
    expect(play(talking(), ring('consult')).last).toEqual([
      { do: 'leave', channelId: 'customer' },
      { do: 'leave', channelId: 'ana-leg' },
      { do: 'start-music', channelId: 'customer' },
      { do: 'start-ring-tone', channelId: 'ana-leg' },
      { ...waits, agents: [{ agentId: 'ana', does: 'waits' }] },
      { do: 'ring', leg: guest },
    ])
    expect(play(talking(), ring('consult'), up).last).toEqual([{ do: 'accept-offer', offerId: 'call/2' }])
    expect(play(talking(), ring('consult'), up, connect).last).toEqual([
      { do: 'stop-ring-tone', channelId: 'ana-leg' },
      { do: 'join', channelIds: ['ana-leg', 'bogdan-leg'] },
      {
        ...waits,
        agents: [
          { agentId: 'ana', does: 'consults' },
          { agentId: 'bogdan', does: 'consults' },
        ],
      },
    ])
  })

  it('is swapped back and forth', () => {
    expect(play(consulting(), { kind: 'swap' }).last.slice(0, 4)).toEqual([
      { do: 'stop-music', channelId: 'customer' },
      { do: 'leave', channelId: 'bogdan-leg' },
      { do: 'join', channelIds: ['customer'] },
      { do: 'start-music', channelId: 'bogdan-leg' },
    ])
    expect(play(consulting(), { kind: 'swap' }, { kind: 'swap' }).call.stage).toEqual(consulting().stage)
  })

  it('is completed: whoever asked is hung up and free, and the other two talk', () => {
    const { call, last } = play(consulting(), { kind: 'complete' })
    expect(last).toEqual([
      { do: 'hang-up-leg', channelId: 'ana-leg', cause: 'normal' },
      { do: 'leave-agent', agentId: 'ana', cause: 'handed over' },
      { do: 'stop-music', channelId: 'customer' },
      { do: 'join', channelIds: ['customer'] },
      { do: 'note-parties', customer: 'talks', agents: [{ agentId: 'bogdan', does: 'talks' }], outside: [] },
    ])
    expect(play(call, gone('ana-leg')).last).toEqual([])
    expect(play(call, gone('bogdan-leg')).last.at(-1)).toMatchObject({ do: 'end-interaction', by: 'agent' })
  })

  it('is no part of the recording', () => {
    expect(play(talking('rec'), ring('consult'), up, connect).last).toContainEqual({
      do: 'pause-recording',
      recordingId: 'rec',
      reason: 'consult',
    })
    expect(play(consulting('rec'), { kind: 'merge' }).last).toContainEqual({
      do: 'resume-recording',
      recordingId: 'rec',
      reason: 'consult',
    })
  })

  it.each([
    ['is declined', gone('bogdan-leg', 17), { do: 'decline-offer', offerId: 'call/2', reason: 'phone-busy' }],
    ['is cancelled', { kind: 'cancel-consult' }, { do: 'lose-offer', offerId: 'call/2' }],
  ] as [string, CallInput, CallAction][])('gives the customer back when it %s', (_, input, told) => {
    const { call, last } = play(talking(), ring('consult'), input)
    expect(last).toContainEqual(told)
    expect(last).toContainEqual({ do: 'join', channelIds: ['customer', 'ana-leg'] })
    expect(call.stage).toEqual(talking().stage)
  })

  it('goes on between the two when the customer leaves, and ends with either of them', () => {
    const { call, last } = play(consulting(), gone('customer'))
    expect(last[0]).toEqual({ do: 'note-customer-left', cause: 'q850-16' })
    expect(play(call, gone('bogdan-leg')).last.at(-1)).toMatchObject({ do: 'end-interaction', by: 'agent' })
  })

  it('ends everything when the customer leaves while it still rings', () => {
    const { call, last } = play(talking(), ring('consult'), gone('customer'))
    expect(call.stage.kind).toBe('over')
    const hungUp = last.flatMap((it) => (it.do === 'hang-up-leg' ? it.channelId : []))
    expect(hungUp).toEqual(['ana-leg', 'bogdan-leg'])
    expect(play(call, up).last).toEqual([{ do: 'hang-up-leg', channelId: 'bogdan-leg', cause: 'normal' }])
  })

  it('becomes a transfer when the phone of whoever asked goes away', () => {
    const { call } = play(talking(), ring('consult'), gone('ana-leg'))
    expect(call.stage).toMatchObject({ customer: 'tone', parties: [{ role: 'transfer' }] })
    expect(play(call, up, connect).call.stage).toMatchObject({ customer: 'talking', parties: [{ role: 'lead' }] })
  })

  it('tells the router of an agent who picked up and put down before its word came', () => {
    const { last } = play(talking(), ring('consult'), up, gone('bogdan-leg'), connect)
    expect(last).toEqual([{ do: 'leave-agent', agentId: 'bogdan', cause: 'left while answering' }])
  })
})

describe('a transfer', () => {
  it('frees the first at once, and records the second talk for itself', () => {
    expect(play(talking('rec'), ring('transfer')).last).toEqual([
      { do: 'leave', channelId: 'customer' },
      { do: 'start-ring-tone', channelId: 'customer' },
      { do: 'stop-recording', recordingId: 'rec' },
      { do: 'destroy-bridge' },
      { do: 'hang-up-leg', channelId: 'ana-leg', cause: 'normal' },
      { do: 'leave-agent', agentId: 'ana', cause: 'handed over' },
      { do: 'ring', leg: guest },
    ])
    expect(play(talking('rec'), ring('transfer'), up, connect).last).toEqual([
      { do: 'stop-ring-tone', channelId: 'customer' },
      { do: 'join', channelIds: ['customer', 'bogdan-leg'] },
      { do: 'start-recording', recordingId: 'next' },
    ])
  })

  it('that nobody takes leads back to the queue', () => {
    const { call, last } = play(talking(), ring('transfer'), gone('bogdan-leg', 19))
    expect(call.stage).toEqual({ kind: 'waiting', queueId: 'sales', ringing: null, answered: false })
    expect(last.at(-1)).toEqual({ do: 'enqueue', queueId: 'sales', reason: 'recall' })
  })

  it('refuses a second one that crosses it', () => {
    const second: CallInput = { ...ring('transfer'), offerId: 'call/3', channelId: 'citra-leg' } as CallInput
    expect(play(talking(), ring('transfer'), second).last).toEqual([{ do: 'lose-offer', offerId: 'call/3' }])
  })
})

describe('whoever listens', () => {
  const listening = (): Call => play(talking(), ring('monitor'), up, connect).call

  it('has a room of their own, is muted there, and moves into the call to join', () => {
    expect(play(talking(), ring('monitor'), up, connect).last).toEqual([
      { do: 'mute-leg', channelId: 'bogdan-leg', on: true },
      { do: 'listen', channelId: 'bogdan-leg', to: 'ana-leg' },
    ])
    const whisper: CallInput = { kind: 'listen', channelId: 'bogdan-leg', listening: 'whisper' }
    expect(play(listening(), whisper).last).toEqual([{ do: 'mute-leg', channelId: 'bogdan-leg', on: false }])
    expect(play(listening(), whisper, { ...whisper, listening: 'barge' }).last).toEqual([
      { do: 'join', channelIds: ['bogdan-leg'] },
      { do: 'stop-listening', channelId: 'bogdan-leg' },
    ])
  })

  it('goes with the talk, and does not keep it up', () => {
    const { call, last } = play(listening(), gone('customer'))
    expect(call.stage.kind).toBe('over')
    expect(last).toContainEqual({ do: 'hang-up-leg', channelId: 'bogdan-leg', cause: 'normal' })
    expect(last).toContainEqual({ do: 'stop-listening', channelId: 'bogdan-leg' })
  })
})

describe('a parked call', () => {
  it('waits with music until somebody picks it up, or goes back to its queue', () => {
    const parked = play(talking(), { kind: 'park' })
    expect(parked.last.at(-1)).toEqual({ do: 'note-parked', agentId: 'ana', queueId: 'sales' })
    expect(play(parked.call, ring('pick-up'), up, connect).last).toEqual([
      { do: 'stop-music', channelId: 'customer' },
      { do: 'join', channelIds: ['customer', 'bogdan-leg'] },
      { do: 'start-recording', recordingId: 'next' },
    ])
    expect(play(parked.call, { kind: 'unpark' }).call.stage.kind).toBe('waiting')
  })
})

describe('a phone that fails in mid-call', () => {
  it.each([27, 38, 41, 44])('(Q.850 %i) loses nobody: the customer waits for whoever is free', (cause) => {
    const { last } = play(talking(), gone('ana-leg', cause))
    expect(last).toContainEqual({ do: 'leave-agent', agentId: 'ana', cause: `q850-${cause}` })
    expect(last.at(-1)).toEqual({ do: 'enqueue', queueId: 'sales', reason: 'recall' })
  })
})
