import { describe, expect, it } from 'vitest'
import { inboundCall, type Call, type CallAction, type CallInput } from '../../../../src/core/call/call.ts'
import { facingOf } from '../../../../src/core/call/facing.ts'
import { legsOf } from '../../../../src/core/call/parties.ts'
import { stepCall } from '../../../../src/core/call/step.ts'

type Played = { call: Call; last: readonly CallAction[] }

function play(call: Call, ...inputs: CallInput[]): Played {
  return inputs.reduce<Played>(
    ({ call }, input) => {
      const step = stepCall(call, input)
      return { call: step.call, last: step.actions }
    },
    { call, last: [] },
  )
}

const leg = { offerId: 'call/1', agentId: 'ana' }
const ring: CallInput = { kind: 'ring-agent', ...leg, channelId: 'page', others: ['desk'] }
const up = (channelId: string): CallInput => ({ kind: 'leg-up', channelId })
const gone = (channelId: string, cause: number, seen = true): CallInput => ({
  kind: 'leg-gone',
  channelId,
  cause,
  seen,
})
const ringing = (): Call => play(inboundCall('call', 'customer'), { kind: 'enqueued', queueId: 'sales' }, ring).call
const connect: CallInput = { kind: 'connect-agent', offerId: 'call/1', record: null }
const stop = (channelId: string, cause: string) => ({ do: 'hang-up-leg', channelId, cause })

describe('an offer that rings on two devices', () => {
  it('rings each, and counts both as its own', () => {
    const { call, last } = play(inboundCall('call', 'customer'), { kind: 'enqueued', queueId: 'sales' }, ring)
    expect(last).toEqual([
      { do: 'ring', leg: { ...leg, channelId: 'page' } },
      { do: 'ring', leg: { ...leg, channelId: 'desk' } },
    ])
    expect(legsOf(call)).toEqual(['customer', 'page', 'desk'])
  })

  it.each([
    ['page', 'desk'],
    ['desk', 'page'],
  ])('belongs to the %s that was picked up first, and the other hears that it was', (first, second) => {
    const answered = play(ringing(), up(first))
    expect(answered.last).toEqual([stop(second, 'elsewhere'), { do: 'accept-offer', offerId: 'call/1' }])
    const { call, last } = play(answered.call, up(second), gone(second, 26), connect)
    expect(last).toContainEqual({ do: 'join', channelIds: ['customer', first] })
    expect(legsOf(call)).toEqual(['customer', first])
    expect(play(call, gone(first, 16)).last).toContainEqual(
      expect.objectContaining({ do: 'end-interaction', by: 'agent' }),
    )
  })

  it.each([
    [17, 'phone-busy'],
    [21, 'rejected'],
  ])('is declined at either of them (Q.850 %i)', (cause, reason) => {
    for (const [declined, other] of [
      ['page', 'desk'],
      ['desk', 'page'],
    ] as const) {
      const { call, last } = play(ringing(), gone(declined, cause))
      expect(last).toEqual([stop(other, 'rejected'), { do: 'decline-offer', offerId: 'call/1', reason }])
      expect(legsOf(call)).toEqual(['customer'])
    }
  })

  it.each([3, 18, 19, 20, 26, 27, 31, 38, 41])('rings on at the other when one drops out (Q.850 %i)', (cause) => {
    for (const [lost, other] of [
      ['page', 'desk'],
      ['desk', 'page'],
    ] as const) {
      const { call, last } = play(ringing(), gone(lost, cause))
      expect(last).toEqual([])
      expect(legsOf(call)).toEqual(['customer', other])
      expect(play(call, up(other)).last).toEqual([{ do: 'accept-offer', offerId: 'call/1' }])
    }
  })

  const lost = { do: 'lose-offer', offerId: 'call/1' }
  const declined = (reason: string) => ({ do: 'decline-offer', offerId: 'call/1', reason })
  it.each([
    ['not now before not there', gone('page', 31), gone('desk', 20), declined('do-not-disturb')],
    ['not now after not there', gone('page', 20), gone('desk', 31), declined('do-not-disturb')],
    ['not there before failed', gone('page', 20), gone('desk', 38), declined('phone-unreachable')],
    ['nobody knows before not there', gone('page', 0, false), gone('desk', 20), lost],
    ['elsewhere before failed', gone('page', 38), gone('desk', 26), lost],
    ['busy after not there', gone('page', 20), gone('desk', 17), declined('phone-busy')],
    ['neither there', gone('page', 20), gone('desk', 18), declined('phone-unreachable')],
  ])('tells the router the most telling end of the two: %s', (_, first, second, told) => {
    expect(play(ringing(), first, second).last).toEqual([told])
  })

  it.each<[string, CallInput, string]>([
    ['the offer is taken back', { kind: 'stop-ringing', offerId: 'call/1' }, 'no-answer'],
    ['the customer leaves', gone('customer', 16), 'normal'],
    ['the customer goes back to the flow', { kind: 'returned-to-flow' }, 'no-answer'],
    ['the call is ended', { kind: 'hang-up', by: 'system', outcome: null, cause: null }, 'normal'],
  ])('stops on both when %s', (_, input, cause) => {
    const { call, last } = play(ringing(), input)
    const stopped = last.filter((it) => it.do === 'hang-up-leg' && it.channelId !== 'customer')
    expect(stopped).toHaveLength(2)
    expect(stopped).toEqual(expect.arrayContaining([stop('page', cause), stop('desk', cause)]))
    expect(call.devices).toEqual([])
    // Picked up after all.
    expect(play(call, up('desk')).last).toEqual(call.stage.kind === 'over' ? [stop('desk', 'normal')] : [])
  })
})

describe('a colleague who is asked on two devices', () => {
  const asked = (): Call =>
    play(ringing(), up('desk'), connect, {
      kind: 'ring-guest',
      offerId: 'call/2',
      agentId: 'bogdan',
      channelId: 'his-page',
      others: ['his-desk'],
      purpose: 'consult',
      listening: null,
    }).call

  it('sees on both who asks, and answers on one', () => {
    for (const device of ['his-page', 'his-desk'])
      expect(facingOf(asked(), device)).toEqual({ kind: 'agent', agentId: 'ana' })
    const { call, last } = play(asked(), up('his-desk'))
    expect(last).toEqual([stop('his-page', 'elsewhere'), { do: 'accept-offer', offerId: 'call/2' }])
    const seated = play(call, { kind: 'connect-guest', offerId: 'call/2', agentId: 'bogdan', record: null })
    expect(legsOf(seated.call)).toEqual(['customer', 'desk', 'his-desk'])
  })

  it('is not asked any more when whoever asks goes back to the customer: both stop', () => {
    const { last } = play(asked(), { kind: 'cancel-consult' })
    expect(last).toEqual(expect.arrayContaining([stop('his-page', 'normal'), stop('his-desk', 'normal')]))
  })

  it('declines on one for both', () => {
    const { last } = play(asked(), gone('his-desk', 21))
    expect(last).toEqual(
      expect.arrayContaining([
        stop('his-page', 'rejected'),
        { do: 'decline-offer', offerId: 'call/2', reason: 'rejected' },
      ]),
    )
  })
})
