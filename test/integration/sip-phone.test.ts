import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CallCentre, type AgentName } from '../peers/call-centre.ts'
import { RawSip } from '../peers/raw-sip.ts'
import { mayRefer } from '../../src/channels/voice/referrals.ts'
import type { Answer } from '../peers/service.ts'
import { phonePort } from '../peers/phone-port.ts'
import { trunkTo } from '../peers/trunk.ts'
import type { WireLine } from '../peers/wire-line.ts'
import type { WirePhone } from '../peers/wire-phone.ts'

/** What the world behind the router knows us as. */
const outer = '198.51.100.7'
/** Of the loopback range, and on the other side of the router. */
const beyond = '127.0.0.77'

let centre: CallCentre
let outsidePort: number

beforeAll(async () => {
  outsidePort = await phonePort()
  centre = await CallCentre.start({
    asterisk: {
      nat: { advertisedHost: outer, localNetworks: ['127.0.0.1/32'] },
      custom: { 'pjsip.conf': trunkTo(outsidePort) },
    },
    env: { OUTBOUND_DIAL: 'PJSIP/{number}@trunk', PHONE_TRANSFERS: 'on' },
  })
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(async () => {
  await centre.queue()
  for (const name of ['ana', 'bogdan', 'citra'] as const) await centre.offline(name)
})
afterEach(() => centre.leavesNoGhost())

const act = (id: string, what: string, body?: unknown, as = 'ana') =>
  centre.service.api('POST', `/api/interactions/${id}/${what}`, body, as)
const idOf = async (name: AgentName): Promise<string> => (await centre.service.agentIs(name, () => true)).id as string

/** A caller who talks with whoever has the phone. */
async function talk(phone: WirePhone, from = centre.newCaller()) {
  const caller = await centre.caller('line', from)
  const line = await phone.ringing()
  await line.answer()
  const { id } = await centre.service.interaction(({ state }) => state === 'engaged')
  return { caller, line, from, id: id as string, [Symbol.asyncDispose]: () => caller[Symbol.asyncDispose]() }
}

/** Each message that has told a phone who is there, and whom it named. */
const identities = (line: WireLine): string[] =>
  line.requests.flatMap((it) => {
    const told = it.header('P-Asserted-Identity')
    return told === '' || it.method === 'ACK' ? [] : [`${it.method} ${told.replace(/@.*/, '')}`]
  })

describe('the display of a phone', () => {
  it('shows the caller, in a consultation the colleague, and the caller again', async () => {
    await using ana = await centre.wirePhone('ana', { toneHz: 440 })
    await using call = await talk(ana)
    // A plain talk says once who is there.
    expect(identities(call.line)).toEqual([`INVITE <sip:${call.from}`])
    await Promise.all([call.line.audio.hears(700), call.caller.hears(440)])
    expect(identities(call.line)).toHaveLength(1)
    await using bogdan = await centre.wirePhone('bogdan', { toneHz: 1_050 })
    await act(call.id, 'consult', { to: { agent: await idOf('bogdan') } })
    const asked = await bogdan.ringing()
    expect(asked.shows).toEqual({ number: 'ana', name: 'Ana Ionescu' })
    await call.line.showing('bogdan')
    expect(call.line.shows.name).toBe('Bogdan Popescu')
    await asked.answer()
    await Promise.all([asked.audio.hears(440), call.line.audio.hears(1_050)])
    await act(call.id, 'consult/swap')
    await call.line.showing(call.from)
    await act(call.id, 'consult/swap')
    await call.line.showing('bogdan')
    await act(call.id, 'consult/complete')
    await Promise.all([call.line.closed(), asked.showing(call.from)])
    await Promise.all([asked.audio.hears(700), call.caller.hears(1_050)])
    expect(identities(asked)).toEqual(['INVITE "Ana Ionescu" <sip:ana', `UPDATE <sip:${call.from}`])
    await call.caller.hangup()
    await centre.ended(call.id)
  })

  it('never shows a number that was withheld, nor whom the caller talks to', async () => {
    await using ana = await centre.wirePhone('ana')
    const { sipHost: host, sipPort: port } = centre.service.asterisk
    await using peer = await RawSip.open({ host, port })
    const headers = ['Privacy: id', 'P-Asserted-Identity: "Ion" <sip:+40722123123@carrier.test>']
    const dialog = await peer.call({ to: centre.number('line'), from: 'anonymous', headers })
    const line = await ana.ringing()
    await line.answer()
    const { id } = await centre.service.interaction(({ state }) => state === 'engaged')
    await using bogdan = await centre.wirePhone('bogdan')
    await act(id, 'consult', { to: { agent: await idOf('bogdan') } })
    await line.showing('bogdan')
    const asked = await bogdan.ringing()
    await asked.answer()
    await act(id, 'consult/complete')
    await asked.showing('anonymous')
    for (const told of [line, asked]) expect(told.requests.map(({ text }) => text).join()).not.toContain('40722123123')
    expect(peer.answers.join()).not.toMatch(/P-Asserted-Identity|Remote-Party-ID|bogdan|Popescu/i)
    expect(peer.answers.filter((text) => /^(INVITE|UPDATE) /.test(text))).toEqual([])
    expect(await peer.request({ method: 'BYE', to: 'x', dialog })).toBe(200)
  })
})

const premium = '+40900123456'

/** A colleague is asked on the phone's second line, while the first holds the caller. */
async function asks(ana: WirePhone, line: WireLine, bogdan: WirePhone): Promise<{ second: WireLine; asked: WireLine }> {
  await line.hold()
  const second = await ana.dial('bogdan')
  const asked = await bogdan.ringing()
  await asked.answer()
  expect(await second.outcome()).toBe(200)
  await Promise.all([second.audio.hears(1_050), asked.audio.hears(440)])
  return { second, asked }
}

const msOf = (story: Answer, kind: string, name: string): number =>
  story.segments
    .filter((it: Answer) => it.kind === kind && it.agent?.name?.startsWith(name))
    .reduce((ms: number, it: Answer) => ms + (it.ms ?? 0), 0)

describe('the second line of a phone', () => {
  it('asks a colleague, and its transfer key leaves the caller to them: each is credited with their own time', async () => {
    await using ana = await centre.wirePhone('ana', { toneHz: 440 })
    await using call = await talk(ana)
    await using bogdan = await centre.wirePhone('bogdan', { toneHz: 1_050 })
    const { second, asked } = await asks(ana, call.line, bogdan)
    expect(asked.requests[0]?.header('P-Asserted-Identity')).toContain('sip:ana@')
    await Promise.all([call.caller.hearsSound(), call.caller.hearsNot(440), call.caller.hearsNot(1_050)])
    expect(await call.line.refer(second)).toBe(202)
    await Promise.all([call.line.closed(), second.closed(), asked.showing(call.from)])
    expect(call.line.transferred).toBe(200)
    await Promise.all([asked.audio.hears(700), call.caller.hears(1_050)])
    await centre.service.agentIs('ana', ({ routing }) => routing === 'idle')
    await call.caller.hangup()
    const story = await centre.ended(call.id)
    expect(story).toMatchObject({ outcome: 'answered', endedBy: 'customer', agent: { name: 'Bogdan Popescu' } })
    expect(msOf(story, 'hold', 'Ana')).toBeGreaterThan(1_000)
    expect(msOf(story, 'consult', 'Bogdan')).toBeGreaterThan(500)
    expect(msOf(story, 'talk', 'Bogdan')).toBeGreaterThan(300)
    expect(msOf(story, 'talk', 'Ana')).toBeGreaterThan(0)
  })

  it('goes back and forth between the two, by the phone’s own keys', async () => {
    await using ana = await centre.wirePhone('ana', { toneHz: 440 })
    await using call = await talk(ana)
    await using bogdan = await centre.wirePhone('bogdan', { toneHz: 1_050 })
    const { second, asked } = await asks(ana, call.line, bogdan)
    await second.hold()
    await call.line.resume()
    await Promise.all([call.line.audio.hears(700), call.caller.hears(440), asked.audio.hearsSound()])
    await call.caller.hearsNot(1_050)
    await call.line.hold()
    await second.resume()
    await Promise.all([second.audio.hears(1_050), asked.audio.hears(440), call.caller.hearsNot(440)])
    // Put down, and back to the caller.
    await second.hangUp()
    await asked.closed()
    await call.line.resume()
    await Promise.all([call.line.audio.hears(700), call.caller.hears(440)])
    await call.caller.hangup()
    expect(await centre.ended(call.id)).toMatchObject({ agent: { name: 'Ana Ionescu' }, endedBy: 'customer' })
  })

  it('is told what becomes of it: busy, nobody of that name, a number that may not be called', async () => {
    await using ana = await centre.wirePhone('ana', { toneHz: 440 })
    await using call = await talk(ana)
    await using bogdan = await centre.wirePhone('bogdan')
    await call.line.hold()
    const busy = await ana.dial('bogdan')
    ;(await bogdan.ringing()).reject('486 Busy Here')
    expect(await busy.outcome()).toBe(486)
    expect(await (await ana.dial('nobody')).outcome()).toBe(404)
    expect(await (await ana.dial(premium)).outcome()).toBe(403)
    await call.line.resume()
    await Promise.all([call.line.audio.hears(700), call.caller.hears(440)])
    await call.caller.hangup()
  })

  it('outlives kill -9 of the service, and may still be left to the caller', async () => {
    await using ana = await centre.wirePhone('ana', { toneHz: 440 })
    await using call = await talk(ana)
    await using bogdan = await centre.wirePhone('bogdan', { toneHz: 1_050 })
    const { second, asked } = await asks(ana, call.line, bogdan)
    await centre.service.kill()
    await centre.service.restart()
    await Promise.all([second.audio.hears(1_050), asked.audio.hears(440), call.caller.hearsSound()])
    expect(await second.refer(call.line)).toBe(202)
    await Promise.all([call.line.closed(), second.closed()])
    await Promise.all([asked.audio.hears(700), call.caller.hears(1_050)])
    await asked.hangUp()
    await call.caller.closed()
    expect(await centre.ended(call.id)).toMatchObject({ endedBy: 'agent', agent: { name: 'Bogdan Popescu' } })
  })
})

describe('behind a translating router', () => {
  it('who is beyond it is told the outer address for words and audio, who is on this side our own', async () => {
    const { sipHost: host, sipPort: port } = centre.service.asterisk
    for (const [address, told] of [
      [beyond, outer],
      ['127.0.0.1', '127.0.0.1'],
    ] as const) {
      await using peer = await RawSip.open({ host, port }, address)
      const dialog = await peer.call({ to: centre.number('line'), from: centre.newCaller() })
      expect(dialog.answer).toMatch(new RegExp(`^c=IN IP4 ${told}\\r$`, 'm'))
      expect(dialog.contact).toBe(`sip:${told}:${port}`)
      // Its own network reaches us; the outer address is the router's business.
      expect(
        await peer.request({ method: 'BYE', to: 'x', dialog: { ...dialog, contact: `sip:${host}:${port}` } }),
      ).toBe(200)
    }
  })

  it('a phone that knows only its inner address is rung where it is, and heard', async () => {
    await using ana = await centre.wirePhone('ana', { address: beyond, claims: '192.168.7.7:5060', toneHz: 440 })
    await using call = await talk(ana)
    const [invitation] = call.line.requests
    expect(invitation?.body).toMatch(new RegExp(`^c=IN IP4 ${outer}\\r$`, 'm'))
    expect(invitation?.header('Contact')).toContain(`@${outer}:`)
    await Promise.all([call.line.audio.hears(700), call.caller.hears(440, { withinMs: 15_000 })])
    await call.caller.hangup()
    await call.line.closed()
  })
})

describe('an offer', () => {
  it.each([
    ['408 Request Timeout', 'phone-unreachable', 'not-ready'],
    ['480 Temporarily Unavailable', 'do-not-disturb', 'not-ready'],
    ['486 Busy Here', 'phone-busy', 'not-ready'],
    ['600 Busy Everywhere', 'phone-busy', 'not-ready'],
    ['603 Decline', 'rejected', 'not-ready'],
  ])('that a phone answers with %s comes out as %s', async (status, outcome, presence) => {
    await using ana = await centre.wirePhone('ana')
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    const line = await ana.ringing()
    line.reject(status)
    const { id } = await centre.interactionFrom(from)
    const story = await centre.story(id, ({ offerList }) => (offerList[0]?.outcome ?? null) !== null)
    expect(story.offerList[0].outcome).toBe(outcome)
    await centre.service.agentIs('ana', (agent: Answer) => agent.presence === presence && agent.reason === outcome)
    await caller.hangup()
  })
})

/** Asterisk before 22.11 dies of what some phones send, if it is let through; as the product starts, nobody can send it. */
describe('a REFER that wants no subscription', () => {
  beforeAll(async () => {
    await centre.service.kill('SIGTERM')
    await centre.service.restart({ PHONE_TRANSFERS: 'auto' })
  })

  it.each([
    ['blind', ['Refer-Sub: false']],
    ['attended', ['Refer-Sub: false', 'Supported: norefersub']],
  ])('and is %s is refused, or carried out, and takes nothing down', async (kind, headers) => {
    const { pid } = centre.service.asterisk
    const { system } = await centre.ari('asterisk/info?only=system')
    const isServed = mayRefer('auto', system.version as string)
    await using ana = await centre.wirePhone('ana', { toneHz: 440 })
    await using call = await talk(ana)
    await using bogdan = await centre.wirePhone('bogdan', { toneHz: 1_050 })
    if (kind === 'blind') {
      expect((await call.line.refer('bogdan@here', headers)) < 300).toBe(isServed)
      if (isServed) await (await bogdan.ringing()).answer()
    } else {
      const { second } = await asks(ana, call.line, bogdan)
      expect((await call.line.refer(second, headers)) < 300).toBe(isServed)
    }
    if (isServed) await call.line.closed()
    else if (kind === 'attended') await ana.lines.at(-1)?.hangUp()
    if (!isServed) await call.line.resume()
    const heard = isServed ? 1_050 : 440
    await call.caller.hears(heard)
    expect(centre.service.asterisk.pid).toBe(pid)
    await call.caller.hangup()
    expect(await centre.ended(call.id)).toMatchObject({
      agent: { name: isServed ? 'Bogdan Popescu' : 'Ana Ionescu' },
    })
  })
})
