import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bothHear, CallCentre } from '../peers/call-centre.ts'
import { NattedCaller } from '../peers/natted-caller.ts'
import { eventually } from '../peers/poll.ts'
import type { Answer } from '../peers/service.ts'

let centre: CallCentre

beforeAll(async () => {
  centre = await CallCentre.start()
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(() => centre.queue())
afterEach(() => centre.leavesNoGhost())

const agentPhone = () => centre.service.agentPhone('ana', 440)
const act = (id: string, what: string, body?: unknown) =>
  centre.service.api('POST', `/api/interactions/${id}/${what}`, body, 'ana')
const kindsOf = (segments: Answer): string[] => segments.map(({ kind }: Answer) => kind)

describe('answering', () => {
  it('shows the caller’s number on the agent’s phone, and lets both hear each other and nobody else', async () => {
    await using agent = await agentPhone()
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    expect(await agent.ringing()).toMatchObject({ callerNumber: from })
    await caller.hearsSound()
    await agent.answer()
    await Promise.all([agent.hears(700), caller.hears(440)])
    await Promise.all([agent.hearsNot(440), caller.hearsNot(700)])
    await caller.hangup()
  })

  it('sends audio back to where it comes from, whatever address the caller’s SDP names (symmetric RTP)', async () => {
    await using agent = await agentPhone()
    const { sipHost: host, sipPort: port } = centre.service.asterisk
    await using caller = await NattedCaller.call({ host, port }, centre.number('line'), 700)
    await agent.ringing()
    await agent.answer()
    await agent.hears(700)
    const before = { ...caller.heard }
    await eventually(() => caller.heard.atOwnPort > before.atOwnPort + 50, { withinMs: 5_000, what: 'audio' })
    expect(caller.heard.atAnnouncedPort).toBe(before.atAnnouncedPort)
    caller.hangUp()
    await agent.closed()
  })
})

describe('hanging up', () => {
  it('by the caller: the agent is free, and the history says that the customer hung up', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await caller.hangup()
    await agent.closed()
    expect(await centre.ended(talk.id)).toMatchObject({ endedBy: 'customer', outcome: 'answered', cause: 'q850-16' })
    await centre.service.agentIs('ana', ({ routing }) => routing === 'idle')
  })

  it('by the agent’s phone', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await agent.hangup()
    await caller.closed()
    const story = await centre.ended(talk.id)
    expect(story).toMatchObject({ endedBy: 'agent', outcome: 'answered', agent: { name: 'Ana Ionescu' } })
  })

  it('by the agent’s screen', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await act(talk.id, 'hang-up')
    await Promise.all([caller.closed(), agent.closed()])
    expect(await centre.ended(talk.id)).toMatchObject({ endedBy: 'agent', outcome: 'answered' })
  })

  it('by a supervisor', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await centre.service.api('POST', `/api/interactions/${talk.id}/hang-up`)
    await Promise.all([caller.closed(), agent.closed()])
    expect(await centre.ended(talk.id)).toMatchObject({ endedBy: 'system', cause: 'by request' })
  })

  it('is refused to an agent who is not on the call', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    const refused = await centre.service.request('POST', `/api/interactions/${talk.id}/hang-up`, undefined, 'bogdan')
    expect(refused.status).toBe(403)
    await bothHear(talk)
    await caller.hangup()
  })
})

describe('hold', () => {
  it('by the agent’s screen: music for the customer, then both hear each other again', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await act(talk.id, 'hold')
    await Promise.all([caller.hearsSound(), caller.hearsNot(440), agent.hearsNot(700)])
    await act(talk.id, 'resume')
    await bothHear(talk)
    await caller.hangup()
    const { segments, holdMs, talkMs } = await centre.ended(talk.id)
    expect(kindsOf(segments)).toEqual(['flow', 'queue', 'ring', 'talk', 'hold', 'talk'])
    expect(holdMs).toBeGreaterThan(800)
    expect(talkMs).toBeGreaterThan(800)
  })

  it('by the phone’s own key: music for the customer, then both hear each other again', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await agent.hold()
    await centre.story(talk.id, ({ segments }) => kindsOf(segments).at(-1) === 'hold')
    await Promise.all([caller.hearsSound(), caller.hearsNot(440)])
    const refused = await centre.service.request('POST', `/api/interactions/${talk.id}/resume`, undefined, 'ana')
    expect(refused).toMatchObject({ status: 409, json: { error: { code: 'held-by-phone' } } })
    await agent.resume()
    await caller.hears(440)
    // What baresip decodes after a hold is not written down, but keys in the audio stream are told.
    await caller.digits('5')
    expect(await agent.digit()).toBe('5')
    await caller.hangup()
    expect(kindsOf((await centre.ended(talk.id)).segments)).toEqual(['flow', 'queue', 'ring', 'talk', 'hold', 'talk'])
  })

  it('ends with the call when the customer hangs up meanwhile', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await act(talk.id, 'hold')
    await caller.hearsSound()
    await caller.hangup()
    await agent.closed()
    const story = await centre.ended(talk.id)
    expect(story).toMatchObject({ endedBy: 'customer', outcome: 'answered' })
    expect(story.segments.at(-1)).toMatchObject({ kind: 'hold', outcome: 'customer-ended' })
  })
})

describe('mute', () => {
  it('silences the agent for the customer, not the customer for the agent', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await act(talk.id, 'mute', { on: true })
    await Promise.all([caller.hearsNot(440), agent.hears(700)])
    await act(talk.id, 'mute', { on: false })
    await bothHear(talk)
    await caller.hangup()
  })
})

describe('keys while talking', () => {
  it('of the customer reach the agent’s phone and the history', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await caller.digits('42#')
    expect([await agent.digit(), await agent.digit(), await agent.digit()]).toEqual(['4', '2', '#'])
    const { inputs } = await centre.story(talk.id, ({ inputs }) => inputs.length > 0)
    await caller.hangup()
    expect(inputs).toEqual([expect.objectContaining({ nodeId: 'talk', text: '42#', length: 3, secret: false })])
  })

  it('from the agent’s screen reach the customer in order, and the talk goes on', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await act(talk.id, 'digits', { digits: '19#' })
    expect([await caller.digit(), await caller.digit(), await caller.digit()]).toEqual(['1', '9', '#'])
    await bothHear(talk)
    await caller.hangup()
  })
})
