import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bothHear, CallCentre } from '../peers/call-centre.ts'
import { eventually } from '../peers/poll.ts'
import type { Phone } from '../peers/phone.ts'
import { toneMs } from '../peers/tone.ts'
import { samplesMs, wavSamples } from '../peers/wav.ts'

let centre: CallCentre

beforeAll(async () => {
  centre = await CallCentre.start()
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(() => centre.queue({ recording: true }))
afterEach(() => centre.leavesNoGhost())

const agentPhone = () => centre.service.agentPhone('ana', 440)
const act = (id: string, what: string, body?: unknown) =>
  centre.service.api('POST', `/api/interactions/${id}/${what}`, body, 'ana')

/** Until both have heard each other for so long. */
const talkFor = async (talk: { caller: Phone; agent: Phone }, minMs: number) => {
  await Promise.all([talk.agent.hears(700, { minMs }), talk.caller.hears(440, { minMs })])
}

describe('a recorded talk', () => {
  it('can be downloaded, with both voices in it, and says how long it is', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await talkFor(talk, 1_500)
    await caller.hangup()
    const { recordings, recordingList } = await centre.story(talk.id, ({ recordingList: [one] }) => one?.durationMs > 0)
    expect(recordings).toBe(1)
    const samples = wavSamples(await centre.service.download(`/api/interactions/${talk.id}/recording`))
    expect(toneMs(samples, { hz: 440 })).toBeGreaterThan(1_200)
    expect(toneMs(samples, { hz: 700 })).toBeGreaterThan(1_200)
    expect(Math.abs(samplesMs(samples) - recordingList[0].durationMs)).toBeLessThan(400)
    expect(recordingList[0]).toMatchObject({ kind: 'talk', pauses: [] })
  })

  it('leaves out what is said during a pause', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await talkFor(talk, 1_000)
    await act(talk.id, 'recording', { action: 'pause' })
    await talkFor(talk, 2_000)
    await act(talk.id, 'recording', { action: 'resume' })
    await talkFor(talk, 1_000)
    await caller.hangup()
    const story = await centre.story(talk.id, ({ recordingList: [one] }) => one?.durationMs > 0)
    const [recording] = story.recordingList
    expect(recording.pauses).toEqual([{ from: expect.any(String), to: expect.any(String), reason: 'agent' }])
    const [pause] = recording.pauses
    const pausedMs = Date.parse(pause.to) - Date.parse(pause.from)
    expect(pausedMs).toBeGreaterThan(1_900)
    const lengthMs = samplesMs(wavSamples(await centre.service.download(`/api/interactions/${talk.id}/recording`)))
    const talkedMs = Date.parse(story.endedAt) - Date.parse(recording.startedAt)
    expect(Math.abs(lengthMs - (talkedMs - pausedMs))).toBeLessThan(500)
    expect(Math.abs(lengthMs - recording.durationMs)).toBeLessThan(400)
  })

  it('keeps neither sound nor keys of what the customer types while it is paused', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await act(talk.id, 'recording', { action: 'pause' })
    await caller.digits('4111')
    const story = await centre.story(talk.id, ({ inputs }) => inputs.length > 0)
    expect(story.inputs).toMatchObject([{ nodeId: 'talk', length: 4, secret: true, text: null }])
    await caller.hangup()
    await centre.ended(talk.id)
    expect(centre.service.output).not.toContain('4111')
  })

  it('is refused to be paused when nothing is recorded', async () => {
    await centre.queue({ recording: false })
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    const path = `/api/interactions/${talk.id}/recording`
    expect(await centre.service.request('POST', path, { action: 'pause' }, 'ana')).toMatchObject({ status: 409 })
    expect((await centre.service.request('GET', path)).status).toBe(404)
    await caller.hangup()
  })

  it('goes on through a hold', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await act(talk.id, 'hold')
    await caller.hearsSound()
    await act(talk.id, 'resume')
    await bothHear(talk)
    await caller.hangup()
    await centre.story(talk.id, ({ recordingList }) => recordingList.length === 1 && recordingList[0].durationMs > 0)
  })
})

describe('a voicemail', () => {
  it('is stored, listed for its queue and can be heard; the flow ends the call after the end key', async () => {
    const from = centre.newCaller()
    await using caller = await centre.caller('message', from)
    await centre.recordsFor(1_500)
    await caller.digits('#')
    await caller.closed()
    const { id } = await centre.interactionFrom(from)
    const story = await centre.ended(id)
    expect(story).toMatchObject({ outcome: 'voicemail', endedBy: 'system', agent: null })
    const { items } = await centre.service.api('GET', '/api/voicemails?queue=sales&listened=false')
    expect(items[0]).toMatchObject({ interactionId: id, queue: { id: 'sales' } })
    expect(items[0].durationMs).toBeGreaterThan(900)
    const samples = wavSamples(
      await centre.service.download(`/api/voicemails/${encodeURIComponent(items[0].recordingId)}/recording`),
    )
    expect(toneMs(samples, { hz: 700 })).toBeGreaterThan(1_000)
  })

  it('is kept when the caller simply hangs up, and the history says who did', async () => {
    const from = centre.newCaller()
    await using caller = await centre.caller('message', from)
    await centre.recordsFor(1_500)
    await caller.hangup()
    const { id } = await centre.interactionFrom(from)
    expect(await centre.ended(id)).toMatchObject({ outcome: 'voicemail', endedBy: 'customer', cause: 'q850-16' })
    const { items } = await centre.service.api('GET', '/api/voicemails')
    expect(items.filter(({ interactionId }: { interactionId: string }) => interactionId === id)).toHaveLength(1)
  })

  it('is none when the caller hangs up before saying anything', async () => {
    const from = centre.newCaller()
    await using caller = await centre.caller('message', from)
    await caller.hangup()
    const { id } = await centre.interactionFrom(from)
    const story = await eventually(() => centre.ended(id), { withinMs: 5_000, what: 'the end' })
    expect(story).toMatchObject({ outcome: 'self-served', endedBy: 'customer' })
    const { items } = await centre.service.api('GET', '/api/voicemails')
    expect(items.filter(({ interactionId }: { interactionId: string }) => interactionId === id)).toEqual([])
  })
})
