import { resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CallCentre } from '../peers/call-centre.ts'
import type { Phone } from '../peers/phone.ts'
import { toneMs } from '../peers/tone.ts'
import { wavSamples } from '../peers/wav.ts'
import type { Answer } from '../peers/service.ts'

/** The product as somebody meets it who has just started it: its own flows, numbers and accounts. */
let centre: CallCentre

beforeAll(async () => {
  centre = await CallCentre.start({ flows: resolve('ivr-scripts') })
})
afterAll(() => centre[Symbol.asyncDispose]())
afterEach(() => centre.leavesNoGhost())

const from = '+40722123456'
const kindsOf = (items: readonly Answer[]): string[] => items.map(({ kind }) => kind)

/** Dials 1000 without an account, and presses 1 while the menu is told. */
async function dialsForSales(): Promise<Phone> {
  const caller = await centre.service.caller(from, 700)
  await caller.dial('1000')
  await caller.established()
  await caller.hearsSound()
  await caller.digits('1')
  return caller
}

describe('a caller without an account dials 1000 and presses 1', () => {
  it('the printed account’s phone rings, both hear each other, and the history tells the story', async () => {
    const [ana] = centre.service.firstStart.agents
    expect(centre.service.firstStart.numbers[0]).toEqual({ number: '1000', flow: 'main-menu' })
    expect(ana?.sip).toEqual({ username: 'ana', password: expect.any(String) })

    await using caller = await dialsForSales()
    const { id } = await centre.interactionFrom(from, ({ state }) => state === 'queued')
    await using agent = await centre.service.agentPhone('ana', 440)
    expect(await agent.ringing()).toMatchObject({ callerNumber: from })
    await agent.answer()
    // A different tone each way, measured at the other end.
    await Promise.all([agent.hears(700, { minMs: 1_000 }), caller.hears(440, { minMs: 1_000 })])
    await Promise.all([agent.hearsNot(440), caller.hearsNot(700)])
    await caller.hangup()
    await agent.closed()

    const story = await centre.story(
      id,
      ({ state, recordingList }) => state === 'ended' && recordingList[0]?.durationMs > 0,
    )
    expect(story).toMatchObject({
      channel: 'voice',
      direction: 'inbound',
      entryPoint: { name: '1000' },
      contact: { from, dialled: '1000' },
      flows: [{ flowId: 'main-menu', version: 1 }],
      inputs: [{ nodeId: 'menu', text: '1', secret: false }],
      queue: { id: 'sales', name: 'Sales' },
      agent: { name: 'Ana Ionescu' },
      offers: 1,
      endedBy: 'customer',
      outcome: 'answered',
      wrappingUp: true,
    })
    expect(story.path.map(({ nodeId }: Answer) => nodeId)).toEqual(['hours', 'menu', 'sales'])
    expect(kindsOf(story.segments)).toEqual(['flow', 'queue', 'ring', 'talk', 'wrap-up'])
    expect(story.talkMs).toBeGreaterThan(1_500)
    expect(story.waitMs).toBe(Date.parse(story.answeredAt) - Date.parse(story.queuedAt))

    const { items: list } = await centre.service.api('GET', `/api/interactions?queue=sales&outcome=answered`)
    expect(list.find((one: Answer) => one.id === id)).toMatchObject({ talkMs: story.talkMs, endedBy: 'customer' })

    const { items: timeline } = await centre.service.api('GET', `/api/interactions/${id}/timeline`)
    const kinds = kindsOf(timeline)
    const told = ['interaction-arrived', 'flow-started', 'input-given', 'interaction-queued', 'offer-made']
    expect(kinds.filter((kind) => told.includes(kind))).toEqual(told)
    expect(kinds.slice(kinds.indexOf('offer-accepted'))).toEqual(
      expect.arrayContaining(['offer-accepted', 'recording-started', 'wrap-up-started', 'interaction-ended']),
    )

    const { offers } = await centre.service.api('GET', `/api/interactions/${id}/explanation`)
    expect(offers).toMatchObject([{ agent: { name: 'Ana Ionescu' }, outcome: 'accepted' }])
    expect(offers[0].whyThisAgent).not.toEqual([])
    expect(offers[0].whyNotOthers).not.toEqual([])

    const samples = wavSamples(await centre.service.download(`/api/interactions/${id}/recording`))
    expect(toneMs(samples, { hz: 700 })).toBeGreaterThan(1_000)
    expect(toneMs(samples, { hz: 440 })).toBeGreaterThan(1_000)

    // Work after the call: a note, a disposition, and free again.
    const act = (what: string, body: unknown) =>
      centre.service.api('POST', `/api/interactions/${id}/${what}`, body, 'ana')
    await act('notes', { text: 'Wants an offer by Friday.' })
    await act('wrap-up', { action: 'finish', disposition: 'offer' })
    await centre.service.agentIs('ana', ({ routing }) => routing === 'idle')
    expect(await centre.story(id, ({ wrappingUp }) => !wrappingUp)).toMatchObject({
      disposition: 'offer',
      notes: [{ text: 'Wants an offer by Friday.', author: { name: 'Ana Ionescu' } }],
    })
  })

  it('the same customer calls again: one timeline holds both calls, and the agent they know is rung', async () => {
    await using bogdan = await centre.service.agentPhone('bogdan', 500)
    await using agent = await centre.service.agentPhone('ana', 440)
    await using caller = await dialsForSales()
    await agent.ringing()
    await agent.answer()
    await caller.hears(440)
    const { id, customer } = await centre.interactionFrom(from, ({ state }) => state === 'engaged')
    await agent.hangup()
    await caller.closed()
    expect(await centre.ended(id)).toMatchObject({ endedBy: 'agent', outcome: 'answered' })
    expect(bogdan.state).toBe('idle')
    const { items } = await centre.service.api('GET', `/api/interactions?customer=${customer.id}`)
    expect(items.map((one: Answer) => one.endedBy)).toEqual(['agent', 'customer'])
    await centre.service.api('POST', `/api/interactions/${id}/wrap-up`, { action: 'finish' }, 'ana')
  })
})
