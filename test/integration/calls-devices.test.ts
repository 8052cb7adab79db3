import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CallCentre } from '../peers/call-centre.ts'
import type { Phone } from '../peers/phone.ts'
import { eventually } from '../peers/poll.ts'
import type { SipText } from '../peers/sip-text.ts'
import type { Answer } from '../peers/service.ts'
import type { WireLine } from '../peers/wire-line.ts'
import type { WirePhone } from '../peers/wire-phone.ts'

let centre: CallCentre

beforeAll(async () => {
  centre = await CallCentre.start()
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(async () => {
  await centre.queue()
  for (const name of ['ana', 'bogdan'] as const) await centre.offline(name)
})
afterEach(() => centre.leavesNoGhost())

const agentIs = (name: string, wanted: Record<string, unknown>) =>
  centre.service.agentIs(name, (agent) => Object.entries(wanted).every(([field, value]) => agent[field] === value))
const outcomesOf = (story: Answer): string[] => story.offerList.map(({ outcome }: Answer) => outcome)
const act = (id: string, what: string, body?: unknown, as = 'ana') =>
  centre.service.api('POST', `/api/interactions/${id}/${what}`, body, as)

/** RFC 3326: what tells a phone that it has missed nothing. */
const elsewhere = 'SIP;cause=200;text="Call completed elsewhere"'
const reasonsOf = (last: SipText | undefined): string[] => last?.headers('Reason') ?? []

type Both = Readonly<{ desk: WirePhone; page: WirePhone }> & AsyncDisposable

/** Ana's desk phone, and the telephone of her page. */
async function both(): Promise<Both> {
  const page = await centre.pagePhone('ana')
  const desk = await centre.wirePhone('ana', { toneHz: 440 })
  return {
    desk,
    page,
    async [Symbol.asyncDispose]() {
      await desk[Symbol.asyncDispose]()
      await page[Symbol.asyncDispose]()
    },
  }
}

type Offered = Readonly<{ id: string; from: string; caller: Phone; atDesk: WireLine; atPage: WireLine }> &
  AsyncDisposable

/** A caller for whom both ring. */
async function offered({ desk, page }: Both): Promise<Offered> {
  const from = centre.newCaller()
  const caller = await centre.caller('line', from)
  const [atDesk, atPage] = await Promise.all([desk.ringing(), page.ringing()])
  const { id } = await centre.interactionFrom(from, ({ state }) => state === 'offered')
  return { id, from, caller, atDesk, atPage, [Symbol.asyncDispose]: () => caller[Symbol.asyncDispose]() }
}

async function talks({ id, caller, atDesk }: Offered): Promise<void> {
  await Promise.all([atDesk.audio.hears(700), caller.hears(440)])
  await agentIs('ana', { presence: 'available', routing: 'engaged' })
  await caller.hangup()
  const story = await centre.ended(id)
  expect(story).toMatchObject({ outcome: 'answered', offers: 1, agent: { name: 'Ana Ionescu' } })
  expect(outcomesOf(story)).toEqual(['accepted'])
  await atDesk.closed()
}

describe('an agent with a desk phone and a page', () => {
  it('answers at the desk phone: the page is told that the call was completed elsewhere, and does not take it back', async () => {
    await using phones = await both()
    await using call = await offered(phones)
    await call.atDesk.answer()
    const last = await call.atPage.closed()
    expect(last?.method).toBe('CANCEL')
    expect(reasonsOf(last)).toContain(elsewhere)
    await centre.interactionFrom(call.from, ({ state }) => state === 'engaged')
    await expect(act(call.id, 'rejoin')).rejects.toThrow(/at-desk-phone/)
    await talks(call)
  })

  it('answers in the page: the desk phone is told so', async () => {
    await using phones = await both()
    await using call = await offered(phones)
    await call.atPage.answer()
    const last = await call.atDesk.closed()
    expect(last?.method).toBe('CANCEL')
    expect(reasonsOf(last).sort()).toEqual(['Q.850;cause=26', elsewhere])
    await agentIs('ana', { presence: 'available', routing: 'engaged' })
    await call.caller.hangup()
    expect(outcomesOf(await centre.ended(call.id))).toEqual(['accepted'])
  })

  it('picks up both at the same moment: one has the call, and the other is told that it was completed elsewhere', async () => {
    await using phones = await both()
    await using call = await offered(phones)
    const lines = [call.atDesk, call.atPage]
    await Promise.all(lines.map((line) => line.answer()))
    const loser = await eventually(() => lines.find((line) => !line.isUp), {
      withinMs: 8_000,
      what: 'one of the two to be hung up',
    })
    const last = await loser.closed()
    expect(last?.method).toBe('BYE')
    // Asterisk ends with a bare BYE what was answered while its CANCEL, which told the reason, was on the way.
    const ends = loser.requests.filter(({ method }) => method === 'CANCEL' || method === 'BYE')
    expect(ends.flatMap(reasonsOf), ends.map(({ method }) => method).join()).toContain(elsewhere)
    await agentIs('ana', { presence: 'available', routing: 'engaged' })
    expect(lines.filter((line) => line.isUp)).toHaveLength(1)
    await call.caller.hangup()
    expect(outcomesOf(await centre.ended(call.id))).toEqual(['accepted'])
  })

  it.each([
    ['603 Decline', 'rejected'],
    ['486 Busy Here', 'phone-busy'],
  ] as const)('declines at one of them (%s): the other stops, and somebody else is rung', async (status, reason) => {
    await using phones = await both()
    await using call = await offered(phones)
    call.atPage.reject(status)
    const last = await call.atDesk.closed()
    expect(last?.method).toBe('CANCEL')
    expect(reasonsOf(last)).not.toContain(elsewhere)
    await centre.story(call.id, (story) => outcomesOf(story)[0] === reason)
    await agentIs('ana', { presence: 'not-ready', reason })
    await call.caller.hangup()
    await centre.ended(call.id)
  })

  it.each(['480 Temporarily Unavailable', '404 Not Found', '408 Request Timeout', '503 Service Unavailable'])(
    'has one that is not there (%s): the other rings on and has the call',
    async (status) => {
      await using phones = await both()
      await using call = await offered(phones)
      call.atPage.reject(status)
      await channelsAre(call.id, 1)
      await call.atDesk.answer()
      await talks(call)
    },
  )

  it('has neither there: the more telling of the two answers is that of the offer', async () => {
    await using phones = await both()
    await using call = await offered(phones)
    call.atDesk.reject('480 Temporarily Unavailable')
    await channelsAre(call.id, 1)
    call.atPage.reject('404 Not Found')
    await centre.story(call.id, (story) => outcomesOf(story)[0] === 'do-not-disturb')
    await call.caller.hangup()
    await centre.ended(call.id)
  })

  it('lets both ring until the offer runs out, or until its caller leaves: both stop', async () => {
    await centre.queue({ ringTimeoutMs: 2_000 })
    await using phones = await both()
    await using late = await offered(phones)
    for (const line of [late.atDesk, late.atPage]) expect(reasonsOf(await line.closed())).not.toContain(elsewhere)
    await agentIs('ana', { presence: 'not-ready', reason: 'rona' })
    await late.caller.hangup()
    expect(outcomesOf(await centre.ended(late.id))).toEqual(['expired'])
    await centre.available('ana')
    await centre.queue()
    await using left = await offered(phones)
    await left.caller.hangup()
    for (const line of [left.atDesk, left.atPage]) expect((await line.closed())?.method).toBe('CANCEL')
    expect(outcomesOf(await centre.ended(left.id))).toEqual(['customer-left'])
  })

  it('is asked by a colleague at both, and answers at the desk phone', async () => {
    await using bogdan = await centre.wirePhone('bogdan', { toneHz: 1_050 })
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    const line = await bogdan.ringing()
    await line.answer()
    const { id } = await centre.interactionFrom(from, ({ state }) => state === 'engaged')
    await using phones = await both()
    const to = { agent: (await agentIs('ana', {})).id as string }
    await act(id, 'consult', { to }, 'bogdan')
    const [atDesk, atPage] = await Promise.all([phones.desk.ringing(), phones.page.ringing()])
    for (const asked of [atDesk, atPage]) expect(asked.shows.number).toBe('bogdan')
    await atDesk.answer()
    expect(reasonsOf(await atPage.closed())).toContain(elsewhere)
    await Promise.all([atDesk.audio.hears(1_050), line.audio.hears(440)])
    await act(id, 'consult/complete', undefined, 'bogdan')
    await Promise.all([atDesk.audio.hears(700), caller.hears(440)])
    await caller.hangup()
    await centre.ended(id)
    await atDesk.closed()
  })
})

describe('kill -9 of the service while both ring', () => {
  it('both ring on, and the first that answers after its return has the call', async () => {
    await using phones = await both()
    await using call = await offered(phones)
    await centre.service.kill()
    await centre.service.restart()
    await agentIs('ana', { routing: 'reserved' })
    expect(call.atPage.requests.map(({ method }) => method)).not.toContain('CANCEL')
    await call.atDesk.answer()
    expect(reasonsOf(await call.atPage.closed())).toContain(elsewhere)
    await talks(call)
  })

  it('one that was answered meanwhile has the call, and the other stops', async () => {
    await using phones = await both()
    await using call = await offered(phones)
    await centre.service.kill()
    await call.atDesk.answer()
    await centre.service.restart()
    expect(reasonsOf(await call.atPage.closed())).toContain(elsewhere)
    await talks(call)
  })
})

/** How many of the agent's devices ring for the call. */
async function channelsAre(id: string, count: number): Promise<void> {
  const legs = async () => (await centre.ari('channels')).filter((it: Answer) => it.id.startsWith(`${id}.`))
  await eventually(async () => (await legs()).length === count, { withinMs: 8_000, what: `${count} phones to ring` })
}
