import { describe, expect, it } from 'vitest'
import { inboundCall, type Call, type CallAction, type CallInput } from '../../../../src/core/call/call.ts'
import { facingOf } from '../../../../src/core/call/facing.ts'
import { legsOf } from '../../../../src/core/call/parties.ts'
import { stepCall } from '../../../../src/core/call/step.ts'

type Played = { call: Call; last: readonly CallAction[] }

function play(call: Call, ...inputs: CallInput[]): Played {
  let last: readonly CallAction[] = []
  for (const input of inputs) ({ call, actions: last } = stepCall(call, input))
  return { call, last }
}

/** Ana holds the customer on her phone's first line, and opens a second. */
const opened = (): Call =>
  play(
    inboundCall('call', 'customer'),
    { kind: 'enqueued', queueId: 'sales' },
    { kind: 'ring-agent', offerId: 'call/1', agentId: 'ana', channelId: 'first' },
    { kind: 'leg-up', channelId: 'first' },
    { kind: 'connect-agent', offerId: 'call/1', record: null },
    { kind: 'hold', by: 'phone' },
    { kind: 'second-line', channelId: 'first', lineId: 'second' },
  ).call

const ring: CallInput = {
  kind: 'ring-guest',
  offerId: 'call/2',
  agentId: 'bogdan',
  channelId: 'bogdan-leg',
  purpose: 'consult',
  listening: null,
}
const asking = (): Call =>
  play(
    opened(),
    ring,
    { kind: 'leg-up', channelId: 'bogdan-leg' },
    { kind: 'connect-guest', offerId: 'call/2', agentId: 'bogdan', record: null },
  ).call
const gone = (channelId: string, cause = 16): CallInput => ({ kind: 'leg-gone', channelId, cause, seen: true })
const dos = ({ last }: Played): string[] => last.map((it) => `${it.do} ${'channelId' in it ? it.channelId : ''}`.trim())
const talkOf = ({ stage }: Call) => (stage.kind === 'talking' ? stage : null)
const line = (channelId: string, on: boolean): CallInput => ({ kind: 'line-held', channelId, on })

describe('a phone with two lines', () => {
  it('hears the ringing on the second, while the first waits for its customer, who hears music', () => {
    expect(legsOf(opened())).toEqual(['customer', 'first', 'second'])
    expect(talkOf(opened())).toMatchObject({ customer: 'music', parties: [{ channelId: 'second', place: 'tone' }] })
    expect(talkOf(asking())?.parties.map(({ channelId, place }) => [channelId, place])).toEqual([
      ['second', 'talking'],
      ['bogdan-leg', 'talking'],
    ])
  })

  it('turns to whomever its keys turn to', () => {
    const back = play(asking(), line('second', true), line('first', false))
    expect(talkOf(back.call)).toMatchObject({ customer: 'talking', held: null })
    expect(talkOf(back.call)?.parties.map(({ channelId, place }) => [channelId, place])).toEqual([
      ['first', 'talking'],
      ['bogdan-leg', 'music'],
    ])
    const again = play(back.call, line('first', true), line('second', false))
    expect(talkOf(again.call)).toEqual(talkOf(asking()))
  })

  it('leaves the customer to whoever was asked: both its lines are hung up', () => {
    const done = play(asking(), { kind: 'complete' })
    expect(dos(done)).toEqual(expect.arrayContaining(['hang-up-leg first', 'hang-up-leg second', 'join']))
    expect(legsOf(done.call)).toEqual(['customer', 'bogdan-leg'])
  })

  it('that puts the second down is back with its customer once it resumes the first', () => {
    const back = play(asking(), gone('second'))
    expect(dos(back)).toContain('hang-up-leg bogdan-leg')
    expect(talkOf(back.call)).toMatchObject({ customer: 'music', held: 'phone', parties: [{ channelId: 'first' }] })
    expect(talkOf(play(back.call, { kind: 'resume', by: 'phone' }).call)).toMatchObject({ customer: 'talking' })
  })

  it('is told that nobody comes, and goes back', () => {
    const back = play(opened(), ring, gone('bogdan-leg', 17))
    expect(back.last).toContainEqual({ do: 'hang-up-leg', channelId: 'second', cause: 'busy' })
    expect(talkOf(back.call)?.parties).toMatchObject([{ channelId: 'first', lines: null }])
    const refused = play(opened(), { kind: 'end-second-line', lineId: 'second', cause: 'rejected' })
    expect(refused.last).toContainEqual({ do: 'hang-up-leg', channelId: 'second', cause: 'rejected' })
  })

  it('that puts the first down hangs up on the customer; one whose first is lost keeps both', () => {
    expect(play(asking(), gone('first')).call.stage.kind).toBe('over')
    const kept = play(asking(), gone('first', 38))
    expect(talkOf(kept.call)).toMatchObject({ customer: 'music', parties: [{ channelId: 'second', lines: null }, {}] })
  })

  it('shows on each phone who is there', () => {
    expect(facingOf(asking(), 'bogdan-leg')).toEqual({ kind: 'agent', agentId: 'ana' })
    expect(facingOf(asking(), 'second')).toEqual({ kind: 'agent', agentId: 'bogdan' })
    expect(facingOf(play(asking(), { kind: 'complete' }).call, 'bogdan-leg')).toEqual({ kind: 'customer' })
  })

  it('opens none while somebody else is on the call, or for a call that is over', () => {
    const busy = play(asking(), { kind: 'second-line', channelId: 'second', lineId: 'third' })
    expect(busy.call).toEqual(asking())
    const over = play(asking(), gone('customer'), gone('second'), gone('bogdan-leg')).call
    expect(play(over, { kind: 'second-line', channelId: 'first', lineId: 'third' }).last).toEqual(
      over.stage.kind === 'over' ? [{ do: 'hang-up-leg', channelId: 'third', cause: 'normal' }] : [],
    )
  })
})
