import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { selfSigned } from '../../src/supervisor/self-signed.ts'
import { CallCentre } from '../peers/call-centre.ts'
import { eventually } from '../peers/poll.ts'
import { offerOf, RawSip } from '../peers/raw-sip.ts'
import type { Answer } from '../peers/service.ts'

/** Short, so that a test sees it. */
const rtpTimeoutSeconds = 3

let centre: CallCentre
let server: { host: string; port: number }

beforeAll(async () => {
  centre = await CallCentre.start({
    asterisk: { tls: true, rtpTimeoutSeconds },
    env: { RTP_TIMEOUT: String(rtpTimeoutSeconds) },
  })
  server = { host: centre.service.asterisk.sipHost, port: centre.service.asterisk.sipPort }
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(() => centre.queue())
afterEach(() => centre.leavesNoGhost())

/** Patches the entry point of a flow, and takes it back. */
async function entryPoint(flow: string, change: Record<string, unknown>): Promise<AsyncDisposable> {
  const path = `/api/entry-points/voice-${centre.number(flow)}`
  await centre.service.api('PATCH', path, change)
  return {
    async [Symbol.asyncDispose]() {
      const none = Object.fromEntries(Object.keys(change).map((field) => [field, null]))
      await centre.service.api('PATCH', path, none)
    },
  }
}

describe('a caller', () => {
  it.each([
    ['G.711 µ-law', [0], 'PCMU/8000'],
    ['G.711 A-law', [8], 'PCMA/8000'],
    ['G.722', [9], 'G722/8000'],
    ['Opus', [107, 'opus/48000/2'], 'opus/48000/2'],
  ] as const)('who speaks %s alone is answered in it', async (_, format, spoken) => {
    await using peer = await RawSip.open(server)
    const sdp = offerOf('127.0.0.1', format)
    const dialog = await peer.call({ to: centre.number('line'), from: centre.newCaller(), sdp })
    expect(dialog.answer).toContain(`a=rtpmap:${format[0]} ${spoken}`)
    expect(await peer.request({ method: 'BYE', to: 'x', dialog })).toBe(200)
  })

  it('whose media dries up is gone soon after, though no BYE came', async () => {
    await using peer = await RawSip.open(server)
    const from = centre.newCaller()
    await peer.call({ to: centre.number('line'), from })
    await eventually(() => peer.answers.some((text) => text.startsWith('BYE ')), {
      withinMs: 20_000,
      what: 'a BYE to the silent caller',
    })
    const { id } = await centre.interactionFrom(from)
    await centre.ended(id)
  })

  it('agrees on a session timer with who can keep one', async () => {
    await using peer = await RawSip.open(server)
    const headers = ['Supported: timer', 'Session-Expires: 1800']
    const dialog = await peer.call({ to: centre.number('line'), from: centre.newCaller(), headers })
    expect(dialog.answer).toMatch(/^Session-Expires: 1800;refresher=/im)
    expect(await peer.request({ method: 'BYE', to: 'x', dialog })).toBe(200)
  })

  it('who asks for SRTP is answered with SRTP', async () => {
    await using peer = await RawSip.open(server)
    const key = Buffer.alloc(30, 7).toString('base64')
    const crypto = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}`
    const sdp = offerOf('127.0.0.1', [0], 'RTP/SAVP', [crypto])
    const dialog = await peer.call({ to: centre.number('line'), from: centre.newCaller(), sdp })
    expect(dialog.answer).toMatch(/^m=audio \d+ RTP\/SAVP 0/m)
    expect(dialog.answer).toMatch(/^a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:/m)
    expect(await peer.request({ method: 'BYE', to: 'x', dialog })).toBe(200)
  })

  it('hears words before the call is answered, where the entry point has some', async () => {
    await using _ = await entryPoint('brief-menu', { announcement: { en: 'Calls cost nothing.' } })
    await using peer = await RawSip.open(server)
    const from = centre.newCaller()
    const dialog = await peer.call({ to: centre.number('brief-menu'), from })
    const codes = peer.answers.map((text) => Number(text.slice(8, 11))).filter((code) => code > 100)
    expect(codes.slice(0, 2)).toEqual([183, 200])
    expect(peer.answers.find((text) => text.startsWith('SIP/2.0 183'))).toMatch(/^m=audio \d+/m)
    expect(await peer.request({ method: 'BYE', to: 'x', dialog })).toBe(200)
    await centre.ended((await centre.interactionFrom(from)).id)
  })

  it('hears that the call is recorded, once it is answered and before the flow begins', async () => {
    await using _ = await entryPoint('line', { recordingNotice: { en: 'This call may be recorded.' } })
    const from = centre.newCaller()
    await using caller = await centre.service.caller(from, 700)
    await caller.dial(centre.number('line'))
    await caller.established()
    await caller.hearsSound()
    expect((await centre.interactionFrom(from)).state).not.toBe('queued')
    await centre.interactionFrom(from, ({ state }: Answer) => state === 'queued')
    await caller.hangup()
  })

  it('without a number is nobody: two of them are not one customer', async () => {
    for (const from of ['anonymous', 'anonymous']) {
      await using peer = await RawSip.open(server)
      const headers = ['Privacy: id', 'P-Asserted-Identity: <sip:+40722123123@carrier.test>']
      const dialog = await peer.call({ to: centre.number('line'), from, headers })
      expect(await peer.request({ method: 'BYE', to: 'x', dialog })).toBe(200)
    }
    const unknown = await eventually(
      async () => {
        const { items } = await centre.service.api('GET', '/api/interactions?limit=2')
        return items.length === 2 && items.every(({ state }: Answer) => state === 'ended') && items
      },
      { withinMs: 8_000, what: 'two calls that are over' },
    )
    const customers = unknown.map(({ customer }: Answer) => customer?.id ?? null)
    expect(customers.filter((id: unknown) => id !== null)).toHaveLength(new Set(customers.filter(Boolean)).size)
  })
})

/** What a phone that connects now is shown. */
async function certificateShown(): Promise<string> {
  const { tlsPort } = centre.service.asterisk
  const socket = connect({ host: '127.0.0.1', port: tlsPort ?? 0, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}

describe('SIP over TLS', () => {
  it('takes up a renewed certificate; calls, registrations and trunks go on', async () => {
    await using agent = await centre.service.agentPhone('ana', 440)
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    using _ = centre.service.asterisk.followsCertificate()
    const before = await certificateShown()
    const missing = agent.listensFor(700)
    const folder = join(centre.service.asterisk.dir, 'tls')
    const made = selfSigned(['127.0.0.1'], new Date(), 1)
    // The one after the other, as whoever renews them does.
    writeFileSync(join(folder, 'key.pem'), made.key)
    await certificateShown()
    writeFileSync(join(folder, 'certificate.pem'), made.certificate)
    await eventually(async () => (await certificateShown()) !== before, {
      withinMs: 10_000,
      what: 'another certificate',
    })
    expect(await certificateShown()).toBe(new X509Certificate(made.certificate).fingerprint256)
    await Promise.all([agent.hears(700), caller.hears(440)])
    expect(missing()).toBeLessThan(500)
    await caller.hangup()
    await agent.closed()
    // Neither the pushed account nor its registration is forgotten.
    const next = await centre.talk(agent)
    await next.caller.hangup()
    await next.caller[Symbol.asyncDispose]()
  })

  it('is spoken from the first start, with a certificate of our own making', async () => {
    const { tlsPort } = centre.service.asterisk
    const socket = connect({ host: '127.0.0.1', port: tlsPort ?? 0, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    expect(socket.getProtocol()).toMatch(/TLSv1\.[23]/)
    expect(socket.getPeerCertificate().subjectaltname).toBe('IP Address:127.0.0.1')
    socket.write(
      [
        'OPTIONS sip:1000@127.0.0.1 SIP/2.0',
        `Via: SIP/2.0/TLS 127.0.0.1:${socket.localPort};branch=z9hG4bKtls1;rport;alias`,
        'From: <sip:stranger@127.0.0.1>;tag=1',
        'To: <sip:1000@127.0.0.1>',
        'Call-ID: tls-1',
        'CSeq: 1 OPTIONS',
        'Max-Forwards: 70',
        'Content-Length: 0',
        '\r\n',
      ].join('\r\n'),
    )
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(5_000) })) as [Buffer]
    expect(answer.toString()).toMatch(/^SIP\/2\.0 200/)
    socket.destroy()
  })
})
