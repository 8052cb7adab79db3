import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callbackCall, type Call, type CallAction, type CallInput } from '../../../../src/core/call/call.ts'
import { stepCall } from '../../../../src/core/call/step.ts'

const callCustomer: CallInput = { kind: 'call-customer', channelId: 'customer' }
const pickUp: CallInput = { kind: 'leg-up', channelId: 'customer' }
const notHeard: CallInput = { kind: 'not-heard' }
const key = (digit: string): CallInput => ({ kind: 'key', digit })
const gone = (cause: number): CallInput => ({ kind: 'leg-gone', channelId: 'customer', cause, seen: true })
const ring: CallInput = { kind: 'ring-agent', offerId: 'call/1', agentId: 'ana', channelId: 'ana-leg' }
const agentUp: CallInput = { kind: 'leg-up', channelId: 'ana-leg' }
const connect: CallInput = { kind: 'connect-agent', offerId: 'call/1', record: null }

function play(...inputs: CallInput[]): { call: Call; last: readonly CallAction[]; all: CallAction[] } {
  let call = callbackCall('call', 'sales')
  let last: readonly CallAction[] = []
  const all: CallAction[] = []
  for (const input of inputs) {
    const step = stepCall(call, input)
    call = step.call
    last = step.actions
    all.push(...last)
  }
  return { call, last, all }
}

const ends = (actions: readonly CallAction[]) =>
  actions.flatMap((action) => (action.do === 'end-interaction' ? [action] : []))

describe('a callback', () => {
  it('rings the customer, asks for the key, waits for an agent and joins the two', () => {
    const { all } = play(callCustomer, pickUp, key('1'), ring, agentUp, connect)
    expect(all).toEqual([
      { do: 'dial-customer', channelId: 'customer' },
      { do: 'ask-customer', channelId: 'customer' },
      { do: 'stop-asking' },
      { do: 'start-music', channelId: 'customer' },
      { do: 'note-reached' },
      { do: 'ring', leg: { channelId: 'ana-leg', agentId: 'ana', offerId: 'call/1' } },
      { do: 'accept-offer', offerId: 'call/1' },
      { do: 'stop-music', channelId: 'customer' },
      { do: 'join', channelIds: ['customer', 'ana-leg'] },
    ])
  })

  it('asks three times whoever says nothing, and then hangs up', () => {
    expect(play(callCustomer, pickUp, notHeard, notHeard).last).toEqual([{ do: 'ask-customer', channelId: 'customer' }])
    const { call, last } = play(callCustomer, pickUp, notHeard, notHeard, notHeard)
    expect(call.stage.kind).toBe('over')
    expect(last).toContainEqual({ do: 'hang-up-leg', channelId: 'customer', cause: 'normal' })
    expect(ends(last)).toEqual([{ do: 'end-interaction', by: 'system', outcome: 'failed', cause: 'no-key' }])
  })

  it('is over when the customer says that they need it no longer', () => {
    expect(ends(play(callCustomer, pickUp, key('5'), key('9')).last)).toEqual([
      { do: 'end-interaction', by: 'customer', outcome: 'callback', cause: 'declined' },
    ])
  })

  it('takes no key before the phone was picked up', () => {
    expect(play(callCustomer, key('1')).last).toEqual([])
  })

  it.each([
    [17, 'busy'],
    [19, 'no-answer'],
    [21, 'rejected'],
    [1, 'wrong-number'],
    [20, 'unreachable'],
    [34, 'q850-34'],
  ])('tells why a phone was not picked up: %i is %s', (cause, reason) => {
    expect(ends(play(callCustomer, gone(cause)).last)).toMatchObject([{ outcome: 'failed', cause: reason }])
  })

  it('tells when whoever picked up put the phone down', () => {
    expect(ends(play(callCustomer, pickUp, gone(16)).last)).toMatchObject([{ outcome: 'failed', cause: 'hung-up' }])
  })

  it('stops ringing when the router takes it back, and can be called again', () => {
    expect(play(callCustomer, { kind: 'stop-calling' }).last).toContainEqual({
      do: 'hang-up-leg',
      channelId: 'customer',
      cause: 'normal',
    })
    expect(play(callCustomer, { kind: 'stop-calling' }, callCustomer).last).toEqual([
      { do: 'dial-customer', channelId: 'customer' },
    ])
  })

  it('joins nobody to an agent who did not press the key, whatever happens', () => {
    const anything = fc.array(
      fc.constantFrom<CallInput[]>(
        [callCustomer],
        [pickUp],
        [notHeard],
        [key('5'), key('#')],
        [gone(16), gone(17)],
        [{ kind: 'stop-calling' }],
        [ring, agentUp],
        [connect],
        [{ kind: 'leg-gone', channelId: 'ana-leg', cause: 16, seen: true }],
      ),
      { maxLength: 25 },
    )
    fc.assert(
      fc.property(anything, (inputs) => {
        const { all } = play(...inputs.flat())
        expect(all.filter(({ do: it }) => it === 'join' || it === 'note-reached')).toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })
})
