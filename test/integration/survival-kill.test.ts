import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bothHear, CallCentre } from '../peers/call-centre.ts'
import { everyInteractionEndedOnce } from '../peers/ledger.ts'
import { eventually } from '../peers/poll.ts'
import type { Answer } from '../peers/service.ts'

let centre: CallCentre

beforeAll(async () => {
  centre = await CallCentre.start()
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(async () => {
  await centre.queue()
  for (const agent of ['ana', 'bogdan', 'citra'] as const) await centre.offline(agent)
})
afterEach(async () => {
  await centre.leavesNoGhost()
  await everyInteractionEndedOnce(centre.service.postgres.url)
})

/** What may be on its way, in a jitter buffer or not yet in the file, when somebody asks. */
const mostMissedMs = 500

const act = (id: string, what: string, body?: unknown, as = 'ana') =>
  centre.service.api('POST', `/api/interactions/${id}/${what}`, body, as)

/** Tells how long nobody of us was there. */
async function killAndRestart(meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<number> {
  const killedAt = performance.now()
  await centre.service.kill()
  await meanwhile()
  await centre.service.restart()
  return Math.round(performance.now() - killedAt)
}

const available = (name: string) =>
  centre.service.agentIs(name, (agent) => agent.presence === 'available' && agent.routing === 'idle')

describe('kill -9 of the service, and its return', () => {
  it('with callers in the flow, in the queue, ringing, talking and on hold, all at once', async () => {
    const { service } = centre
    await using ana = await service.agentPhone('ana', 440)
    const talk = await centre.talk(ana)
    await using talker = talk.caller
    await using citra = await service.agentPhone('citra', 440)
    const holding = await centre.talk(citra)
    await using held = holding.caller
    await act(holding.id, 'hold', undefined, 'citra')
    await citra.hearsNot(700)
    await using bogdan = await service.agentPhone('bogdan', 440)
    await using ringing = await centre.caller('line', '+40722009001')
    await bogdan.ringing()
    await using first = await centre.caller('line', '+40722009002')
    await centre.interactionFrom('+40722009002', ({ state }) => state === 'queued')
    await using second = await centre.caller('line', '+40722009003')
    await centre.interactionFrom('+40722009003', ({ state }) => state === 'queued')
    await using chooser = await centre.caller('keypad', '+40722009004')
    await chooser.hearsSound()
    await chooser.digits('2')
    const choosing = await centre.interactionFrom('+40722009004')
    await centre.story(choosing.id, ({ path }) => path.at(-1)?.nodeId === 'which')

    const missing = [talker.listensFor(440), ana.listensFor(700)]
    const awayMs = await killAndRestart()

    await bothHear(talk)
    const missedMs = Math.max(...missing.map((ask) => ask()))
    expect(missedMs).toBeLessThan(mostMissedMs)
    process.stdout.write(`away for ${awayMs} ms; of their tones the talkers missed at most ${missedMs} ms\n`)
    // Its phone rings on, and its offer counts.
    expect(bogdan.state).toBe('ringing')
    await bogdan.answer()
    await Promise.all([bogdan.hears(700), ringing.hears(440)])
    await citra.hearsNot(700)
    await act(holding.id, 'resume', undefined, 'citra')
    await bothHear(holding)
    // The flow goes on: keys work at the node where it stood.
    await chooser.digits('123456#')
    await centre.interactionFrom('+40722009004', ({ state }) => state === 'queued')
    // Those in line come in their order; the next call may reach a phone before the end of the one before does.
    const [toBogdan] = await Promise.all([bogdan.ringing(), bogdan.closed(), ringing.hangup()])
    expect(toBogdan).toMatchObject({ callerNumber: '+40722009002' })
    await bogdan.answer()
    await Promise.all([bogdan.hears(700), first.hears(440)])
    const [toAna] = await Promise.all([ana.ringing(), ana.closed(), talker.hangup()])
    expect(toAna).toMatchObject({ callerNumber: '+40722009003' })
    await ana.answer()
    await Promise.all([ana.hears(700), second.hears(440)])

    for (const caller of [first, second, held, chooser]) await caller.hangup()
    const stories = await Promise.all([talk.id, holding.id, choosing.id].map((id) => centre.ended(id)))
    expect(stories.map(({ endedBy }) => endedBy)).toEqual(['customer', 'customer', 'customer'])
    expect(stories[2].inputs.map(({ text }: Answer) => text)).toEqual(['2', '123456'])
    const { waitMs, agent } = await centre.interactionFrom('+40722009002')
    expect(agent.name).toBe('Bogdan Popescu')
    expect(waitMs).toBeGreaterThan(1_000)
  })

  it('asks again for secret digits, which died with the process', async () => {
    await using caller = await centre.caller('keypad', '+40722009005')
    await caller.hearsSound()
    await caller.digits('3')
    const { id } = await centre.interactionFrom('+40722009005')
    await centre.story(id, ({ path }) => path.at(-1)?.nodeId === 'card')
    await caller.digits('41')
    await killAndRestart()
    await caller.hearsSound()
    await caller.digits('5683#')
    await centre.interactionFrom('+40722009005', ({ state }) => state === 'queued')
    await caller.hangup()
    const { inputs } = await centre.ended(id)
    expect(inputs.at(-1)).toMatchObject({ nodeId: 'card', secret: true, length: 4, text: null })
    expect(centre.service.output).not.toContain('5683')
  })

  it('connects a phone that was answered meanwhile', async () => {
    await using agent = await centre.service.agentPhone('ana', 440)
    await using caller = await centre.caller('line', '+40722009010')
    await agent.ringing()
    await killAndRestart(() => agent.answer())
    await Promise.all([agent.hears(700), caller.hears(440)])
    await caller.hangup()
    const { id } = await centre.interactionFrom('+40722009010')
    expect(await centre.ended(id)).toMatchObject({ outcome: 'answered', offers: 1, endedBy: 'customer' })
  })

  it('offers again in place when the phone stopped ringing meanwhile, and blames nobody', async () => {
    await using agent = await centre.service.agentPhone('ana', 440)
    await using caller = await centre.caller('line', '+40722009011')
    await agent.ringing()
    await using next = await centre.caller('line', '+40722009012')
    await centre.interactionFrom('+40722009012', ({ state }) => state === 'queued')
    await killAndRestart(() => agent.reject())
    expect(await agent.ringing()).toMatchObject({ callerNumber: '+40722009011' })
    await agent.answer()
    await Promise.all([agent.hears(700), caller.hears(440)])
    const { id } = await centre.interactionFrom('+40722009011')
    const { offerList } = await centre.story(id, ({ offerList: list }) => list.at(-1)?.outcome === 'accepted')
    expect(offerList.map(({ outcome }: Answer) => outcome)).toEqual(['lost', 'accepted'])
    await next.hangup()
    await caller.hangup()
    await available('ana')
  })

  it('blames nobody when a phone rang itself out while nobody could take the offer back', async () => {
    await centre.queue({ ringTimeoutMs: 5_000 })
    await using agent = await centre.service.agentPhone('ana', 440)
    await using caller = await centre.caller('line', '+40722009013')
    await agent.ringing()
    await killAndRestart(async () => void (await agent.closed({ timeoutMs: 15_000 })))
    await agent.ringing()
    await agent.answer()
    await Promise.all([agent.hears(700), caller.hears(440)])
    await caller.hangup()
    const { id } = await centre.interactionFrom('+40722009013')
    const { offerList } = await centre.ended(id)
    expect(offerList.map(({ outcome }: Answer) => outcome)).toEqual(['lost', 'accepted'])
    await available('ana')
  })

  it('still counts an offer that nobody answers as such', async () => {
    await centre.queue({ ringTimeoutMs: 5_000 })
    await using agent = await centre.service.agentPhone('ana', 440)
    await using caller = await centre.caller('line', '+40722009014')
    await agent.ringing()
    await killAndRestart()
    await centre.service.agentIs('ana', ({ presence, reason }) => presence === 'not-ready' && reason === 'rona', 12_000)
    await agent.closed()
    await caller.hangup()
  })

  it('records as unknown who hung up while nobody watched: talking, waiting, ringing and in the flow', async () => {
    const { service } = centre
    await using ana = await service.agentPhone('ana', 440)
    const talk = await centre.talk(ana)
    await using talker = talk.caller
    await using bogdan = await service.agentPhone('bogdan', 440)
    await using ringer = await centre.caller('line', '+40722009021')
    await bogdan.ringing()
    await using waiter = await centre.caller('line', '+40722009022')
    await centre.interactionFrom('+40722009022', ({ state }) => state === 'queued')
    await using chooser = await centre.caller('keypad', '+40722009023')
    const ids = await Promise.all(
      ['+40722009021', '+40722009022', '+40722009023'].map(async (from) => (await centre.interactionFrom(from)).id),
    )
    await killAndRestart(async () => {
      for (const caller of [talker, ringer, waiter, chooser]) await caller.hangup()
    })
    await Promise.all([ana.closed(), bogdan.closed()])
    const [talked, ...others] = await Promise.all([talk.id, ...ids].map((id) => centre.ended(id)))
    expect(talked).toMatchObject({ endedBy: 'unknown', outcome: 'answered', cause: null })
    expect(others.map(({ endedBy, outcome }: Answer) => [endedBy, outcome])).toEqual([
      ['unknown', expect.stringMatching(/abandon/)],
      ['unknown', expect.stringMatching(/abandon/)],
      ['unknown', 'unknown'],
    ])
    for (const story of [talked, ...others])
      expect(Date.parse(story.endedAtLatest)).toBeGreaterThan(Date.parse(story.endedAt))
    await available('ana')
    await available('bogdan')
  })

  it('lets the caller go when the agent hung up unseen', async () => {
    await using agent = await centre.service.agentPhone('ana', 440)
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await killAndRestart(() => agent.hangup())
    await caller.closed()
    expect(await centre.ended(talk.id)).toMatchObject({ endedBy: 'unknown', outcome: 'answered' })
    await available('ana')
  })

  it('keeps a muted agent muted, and able to speak again', async () => {
    await using agent = await centre.service.agentPhone('ana', 440)
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await act(talk.id, 'mute', { on: true })
    await caller.hearsNot(440)
    await killAndRestart()
    await caller.hearsNot(440)
    await act(talk.id, 'mute', { on: false })
    await bothHear(talk)
    await caller.hangup()
  })

  it('records on, pauses and resumes what is recorded, and tells its length', async () => {
    await centre.queue({ recording: true })
    await using agent = await centre.service.agentPhone('ana', 440)
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await killAndRestart()
    await act(talk.id, 'recording', { action: 'pause' })
    await caller.hears(440)
    await act(talk.id, 'recording', { action: 'resume' })
    await caller.hears(440)
    await caller.hangup()
    await centre.ended(talk.id)
    const { recordingList } = await centre.story(talk.id, (story) => story.recordingList[0]?.durationMs !== null)
    expect(recordingList).toHaveLength(1)
    expect(recordingList[0].durationMs).toBeGreaterThan(1_000)
    expect(recordingList[0].pauses).toHaveLength(1)
    const bytes = await centre.service.download(`/api/interactions/${talk.id}/recording`)
    expect(bytes.length).toBeGreaterThan(16_000)
  })

  it('records a call whose agent answered while nobody could join the two', async () => {
    await centre.queue({ recording: true })
    await using agent = await centre.service.agentPhone('ana', 440)
    await using caller = await centre.caller('line', '+40722009030')
    await agent.ringing()
    await killAndRestart(() => agent.answer())
    await Promise.all([agent.hears(700), caller.hears(440)])
    await caller.hangup()
    const { id } = await centre.interactionFrom('+40722009030')
    expect((await centre.ended(id)).recordingList).toHaveLength(1)
  })

  it('does not charge wrap-up with the time of our absence', async () => {
    await centre.queue({ wrapUpMs: 2_500 })
    await using agent = await centre.service.agentPhone('ana', 440)
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await caller.hangup()
    await centre.service.agentIs('ana', ({ routing }) => routing === 'wrap-up')
    const killedAt = Date.now()
    // Longer than what was left of the wrap-up.
    await killAndRestart(async () => {
      await eventually(() => Date.now() - killedAt > 3_000, { withinMs: 10_000, what: 'a while to pass' })
    })
    expect((await centre.service.agentIs('ana', () => true)).routing).toBe('wrap-up')
    await available('ana')
    const { segments } = await centre.story(talk.id, ({ wrappingUp }) => !wrappingUp)
    expect(segments.at(-1)).toMatchObject({ kind: 'wrap-up', outcome: 'system' })
  })
})

describe('kill -9 while the caller leaves a message', () => {
  const speaking = async (from: string) => {
    const caller = await centre.caller('message', from)
    await caller.hearsSound()
    // Any key ends the greeting.
    await caller.digits('1')
    await centre.recordsFor(1_000)
    return caller
  }

  it('goes on recording and keeps one whole message', async () => {
    await using caller = await speaking('+40722009040')
    await killAndRestart()
    await centre.recordsFor(500)
    await caller.digits('#')
    await caller.closed()
    const { id } = await centre.interactionFrom('+40722009040')
    const { recordingList, outcome, endedBy } = await centre.ended(id)
    expect({ outcome, endedBy }).toEqual({ outcome: 'voicemail', endedBy: 'system' })
    expect(recordingList).toEqual([expect.objectContaining({ kind: 'voicemail' })])
    expect(recordingList[0].durationMs).toBeGreaterThan(1_900)
  })

  it('keeps the message of a caller who hung up meanwhile', async () => {
    await using caller = await speaking('+40722009041')
    await killAndRestart(() => caller.hangup())
    const { id } = await centre.interactionFrom('+40722009041')
    const { recordingList, outcome, endedBy } = await centre.ended(id)
    expect({ outcome, endedBy }).toEqual({ outcome: 'voicemail', endedBy: 'unknown' })
    expect(recordingList[0].durationMs).toBeGreaterThan(900)
    const bytes = await centre.service.download(`/api/interactions/${id}/recording`)
    expect(bytes.length).toBeGreaterThan(14_000)
  })

  it('goes on behind a message that came to its end meanwhile', async () => {
    await using caller = await speaking('+40722009042')
    await killAndRestart(() => caller.digits('#'))
    await caller.closed()
    const { id } = await centre.interactionFrom('+40722009042')
    expect(await centre.ended(id)).toMatchObject({ outcome: 'voicemail', endedBy: 'system' })
  })
})

describe('while the service is away', () => {
  it('callers hear an apology and can leave a message, which the service finds on its return', async () => {
    const { service } = centre
    await service.kill()
    const calledAt = Date.now()
    await using caller = await service.caller('+40722009050', 700)
    await caller.dial(centre.number('line'))
    await caller.established()
    await caller.hearsSound({ minMs: 1_000 })
    await centre.recordsFor(1_000)
    await service.restart()
    // A message that is being left is none of ours to end.
    await centre.recordsFor(500)
    await caller.digits('#')
    await caller.closed()
    const folder = join(service.asterisk.dir, 'spool', 'recording')
    const messages = readdirSync(folder).filter((name) => name.includes('+40722009050'))
    expect(messages).toEqual([expect.stringMatching(/^outage-\d{10}-\+40722009050-\d+-\d+\.wav$/)])
    expect(statSync(join(folder, messages[0] ?? '')).size).toBeGreaterThan(1_400 * 16)
    // The service finds it, and tells it as what it was.
    const { id, ...call } = await centre.interactionFrom('+40722009050')
    expect(call).toMatchObject({ state: 'ended', outcome: 'voicemail', cause: 'outage', endedBy: 'unknown' })
    expect(Math.abs(Date.parse(call.arrivedAt) - calledAt)).toBeLessThan(15_000)
    expect(Date.parse(call.endedAt) - Date.parse(call.arrivedAt)).toBeGreaterThan(1_400)
    const { items } = await service.api('GET', '/api/voicemails?queue=support')
    expect(items.map(({ interactionId }: Answer) => interactionId)).toContain(id)
    const bytes = await service.download(`/api/interactions/${id}/recording`)
    expect(bytes.length).toBeGreaterThan(1_400 * 16)
  })
})
