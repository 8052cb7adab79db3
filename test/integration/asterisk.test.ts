import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { accountObjects } from '../../src/channels/voice/phone-account.ts'
import { sipRealm } from '../../src/supervisor/asterisk-configuration.ts'
import { eventually } from '../peers/poll.ts'
import { startTestAsterisk, type TestAsterisk } from '../peers/servers.ts'
import { startSipCaller } from '../peers/sip-caller.ts'
import { registerOverUdp, registerOverWebSocket } from '../peers/sip-registration.ts'
import { toneMs } from '../peers/tone.ts'

const wavHeaderBytes = 44
const stasisStart = z.object({
  type: z.literal('StasisStart'),
  args: z.array(z.string()),
  channel: z.object({ id: z.string() }),
})

let asterisk: TestAsterisk

beforeAll(async () => {
  asterisk = await startTestAsterisk()
})

afterAll(async () => {
  await asterisk[Symbol.asyncDispose]()
})

async function ari(method: string, path: string, body?: unknown): Promise<unknown> {
  const { origin, username, password } = new URL(asterisk.ariUrl)
  const response = await fetch(`${origin}/ari${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  expect(response.ok, `${method} ${path}: ${response.status} ${text}`).toBe(true)
  return text === '' ? null : JSON.parse(text)
}

/** Pushed as the voice channel pushes it, but for the OPTIONS requests, which the test's phones don't answer. */
async function pushAccount(username: string, password: string, device: 'phone' | 'browser'): Promise<void> {
  const ha1 = createHash('md5').update(`${username}:${sipRealm}:${password}`).digest('hex')
  const account = { agentId: username, endpoint: username, username, ha1, realm: sipRealm, device }
  for (const { kind, id, fields } of accountObjects(account, { rtpTimeoutSeconds: 120 }, false)) {
    const all = kind === 'aor' ? { ...fields, qualify_frequency: '0' } : fields
    const list = Object.entries(all).map(([attribute, value]) => ({ attribute, value }))
    await ari('PUT', `/asterisk/config/dynamic/res_pjsip/${kind}/${id}`, { fields: list })
  }
}

async function endpointState(name: string): Promise<unknown> {
  return z.object({ state: z.string() }).parse(await ari('GET', `/endpoints/PJSIP/${name}`)).state
}

describe("agents' accounts", () => {
  it('are pushed with an HA1 alone, and a phone registers over UDP with its password', async () => {
    await pushAccount('ana', 'right', 'phone')
    const phone = { username: 'ana', host: asterisk.sipHost, port: asterisk.sipPort }
    expect(await registerOverUdp({ ...phone, password: 'wrong' })).toBe('SIP/2.0 401 Unauthorized')
    expect(await endpointState('ana')).toBe('offline')
    expect(await registerOverUdp({ ...phone, password: 'right' })).toBe('SIP/2.0 200 OK')
    expect(await endpointState('ana')).toBe('online')
  })

  it('are the same for a browser, whose phone is gone as soon as its WebSocket closes', async () => {
    await pushAccount('web', 'right', 'browser')
    const url = `${new URL(asterisk.ariUrl).origin.replace('http', 'ws')}/ws`
    const page = new AbortController()
    const account = { username: 'web', password: 'right', host: asterisk.sipHost, port: asterisk.sipPort }
    expect(await registerOverWebSocket(url, account, page.signal)).toBe('SIP/2.0 200 OK')
    expect(await endpointState('web')).toBe('online')
    page.abort()
    await eventually(async () => (await endpointState('web')) === 'offline', {
      withinMs: 5_000,
      what: 'web is offline',
    })
  })

  it('are refused when nobody pushed them', async () => {
    const stranger = { username: 'stranger', password: 'any', host: asterisk.sipHost, port: asterisk.sipPort }
    expect(await registerOverUdp(stranger)).not.toContain('200')
  })
})

describe('the dialplan', () => {
  /** The one message taken from this caller: its name and what is on it. */
  async function messageFrom(caller: string): Promise<{ name: string; samples: Int16Array }> {
    const folder = join(asterisk.dir, 'spool/recording')
    const name = await eventually(() => readdirSync(folder).find((file) => file.includes(`-${caller}-`)), {
      withinMs: 5_000,
      what: `a message of ${caller}`,
    })
    const bytes = readFileSync(join(folder, name))
    const length = Math.floor((bytes.length - wavHeaderBytes) / 2)
    return { name, samples: Int16Array.from({ length }, (_, i) => bytes.readInt16LE(wavHeaderBytes + i * 2)) }
  }

  async function call(number: string, callerNumber: string): Promise<void> {
    const { sipHost: host, sipPort: port } = asterisk
    const behaviour = { does: 'hang-up', talkMs: 14_000 } as const
    const sipp = await startSipCaller({ host, port, number, callerNumber, behaviour, toneHz: 440 })
    const result = await sipp.result
    expect(result.exitCode).toBe(0)
  }

  it('answers when the service is away, takes a message, and keeps who called whom in its name', async () => {
    await call('+40311000', '0722123456')
    const { name, samples } = await messageFrom('0722123456')
    expect(name).toMatch(/^outage-\d{10}-0722123456-\+40311000-\d+\.wav$/)
    expect(toneMs(samples, { hz: 440 })).toBeGreaterThan(1_000)
  })

  it('takes names as numbers', async () => {
    await call('sales', '0733')
    expect((await messageFrom('0733')).name).toMatch(/-0733-sales-/)
  })

  it('takes a message when the service hands the call back', async () => {
    const { host, username, password } = new URL(asterisk.ariUrl)
    const socket = new WebSocket(`ws://${host}/ari/events?app=centralita&api_key=${username}:${password}`)
    await once(socket, 'open')
    const arrived = new Promise<z.infer<typeof stasisStart>>((settle) => {
      socket.on('message', (data: Buffer) => {
        const event = stasisStart.safeParse(JSON.parse(data.toString()))
        if (event.success) settle(event.data)
      })
    })
    const calling = call('1000', '0744')
    const { args, channel } = await arrived
    expect(args).toEqual(['inbound', '1000'])
    await ari('POST', `/channels/${channel.id}/continue`, { context: 'outage', extension: 's', priority: 1 })
    await calling
    expect((await messageFrom('0744')).name).toMatch(/-0744-1000-/)
    socket.close()
  })

  it('dials nothing but what the service has put into a global variable', () => {
    const text = readFileSync(join(asterisk.dir, 'etc/extensions.conf'), 'utf8')
    const applications = [...text.matchAll(/(?:,\d+|n),([A-Za-z]+)\((.*)\)$/gm)]
    const harmless = [
      'Answer',
      'Echo',
      'Goto',
      'GotoIf',
      'Hangup',
      'Playback',
      'Record',
      'Return',
      'Set',
      'Stasis',
      'Wait',
    ]
    expect(applications.length).toBeGreaterThan(20)
    const others = applications.filter(([, name]) => !harmless.includes(name ?? ''))
    expect(others.map(([, name, what]) => `${name}(${what})`)).toEqual([
      // Another node rings an account here: without an at sign it is no number over a trunk.
      'Dial(PJSIP/${FILTER(0-9A-Za-z._\\-,${EXTEN})},600,b(from-nodes-phone^s^1(${CHANNEL(accountcode)})))',
      'Dial(${FALLBACK_TO},30)',
    ])
    const sources = applications.flatMap(([, name, what]) =>
      name === 'Set' && what?.startsWith('FALLBACK_TO=') ? [what] : [],
    )
    expect(sources).toEqual([
      'FALLBACK_TO=${GLOBAL(FALLBACK_${FILTER(0-9A-Za-z,${DIALLED})})}',
      'FALLBACK_TO=${IF($["${FALLBACK_TO}" = ""]?${GLOBAL(FALLBACK)}:${FALLBACK_TO})}',
    ])
    expect(text).not.toMatch(/#include(?!.*globals\.conf)|System\(|Exec/)
    expect(text).not.toMatch(/include\s*=>\s*from-nodes|Goto(If)?\(.*from-nodes/)
  })
})
