import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CallCentre } from '../peers/call-centre.ts'
import { openDatabase } from '../../src/platform/database/database.ts'
import { startPhone, type PhoneOptions } from '../peers/phone.ts'
import { eventually } from '../peers/poll.ts'
import { registerOverWebSocket } from '../peers/sip-registration.ts'
import type { Answer } from '../peers/service.ts'

let centre: CallCentre
let provider: Server
/** What the payment provider was sent. */
const payments: string[] = []

beforeAll(async () => {
  provider = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      payments.push(Buffer.concat(chunks).toString())
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ token: 'tok_1', reference: 'r1' }))
    })
  })
  provider.listen(0, '127.0.0.1')
  await once(provider, 'listening')
  const { port } = provider.address() as AddressInfo
  centre = await CallCentre.start({
    env: { PAYMENT_URL: `http://127.0.0.1:${port}/charges`, LOG_LEVEL: 'trace' },
  })
})
afterAll(async () => {
  await centre[Symbol.asyncDispose]()
  provider.close()
})
beforeEach(() => centre.queue())
afterEach(() => centre.leavesNoGhost())

const nodesOf = ({ path }: Answer): string[] => path.map(({ nodeId }: Answer) => nodeId)

describe('a caller', () => {
  it('who dials a number that leads nowhere is told so (404), and nothing is left of it', async () => {
    const { sipHost: host, sipPort: port } = centre.service.asterisk
    await using phone = await startPhone({ host, port, toneHz: 700, callerNumber: '+40722009999' })
    await phone.dial('5555')
    expect(await phone.closed()).toBe('404 Not Found')
    const { items } = await centre.service.api('GET', '/api/customers?search=%2B40722009999')
    expect(items).toEqual([])
  })

  it('who withholds the number is served, as a customer of whom no number is known', async () => {
    const { sipHost: host, sipPort: port } = centre.service.asterisk
    await using agent = await centre.service.agentPhone('ana', 440)
    await using phone = await startPhone({ host, port, toneHz: 700, callerNumber: 'anonymous' })
    await phone.dial(centre.number('line'))
    expect(await agent.ringing()).toMatchObject({ callerNumber: 'anonymous' })
    await agent.answer()
    await Promise.all([agent.hears(700), phone.hears(440)])
    const { id } = await centre.service.interaction(({ state }) => state === 'engaged')
    await phone.hangup()
    const story = await centre.ended(id)
    expect(story).toMatchObject({ contact: { from: null }, outcome: 'answered' })
    const customer = await centre.service.api('GET', `/api/customers/${story.customer.id}`)
    expect(customer).toMatchObject({ name: null, identities: [] })
  })

  it('whom nobody knew becomes a customer, who is recognised the next time, however the number is written', async () => {
    await using first = await centre.caller('message', '0722009001')
    await first.hangup()
    const { id } = await centre.interactionFrom('+40722009001', ({ state }) => state === 'ended')
    const story = await centre.ended(id)
    expect(story.contact).toMatchObject({ from: '+40722009001' })
    const customer = await centre.service.api('GET', `/api/customers/${story.customer.id}`)
    expect(customer.identities).toMatchObject([{ kind: 'phone', value: '+40722009001' }])
    await centre.service.api('PATCH', `/api/customers/${customer.id}`, { name: 'Ioana Marin' })

    await using agent = await centre.service.agentPhone('ana', 440)
    await using again = await centre.caller('line', '+40722009001')
    expect(await agent.ringing()).toMatchObject({ callerNumber: '+40722009001', callerName: 'Ioana Marin' })
    await again.hangup()
    const { items } = await centre.service.api('GET', `/api/interactions?customer=${customer.id}`)
    expect(items).toHaveLength(2)
  })

  it('may be an agent: their phone dials the number like everybody else’s', async () => {
    await using citra = await centre.service.agentPhone('citra', 700)
    await centre.offline('citra')
    await using ana = await centre.service.agentPhone('ana', 440)
    await citra.dial(centre.number('line'))
    await citra.established()
    await ana.ringing()
    await ana.answer()
    await Promise.all([ana.hears(700), citra.hears(440)])
    const { id } = await centre.service.interaction(({ state }) => state === 'engaged')
    await citra.hangup()
    expect(await centre.ended(id)).toMatchObject({ endedBy: 'customer', agent: { name: 'Ana Ionescu' } })
  })
})

describe('keys in a menu', () => {
  it.each(['info', 'rfc4733'] as const)('by %s lead where they should, and are in the history', async (by) => {
    const from = centre.newCaller()
    await using agent = await centre.service.agentPhone('ana', 440)
    await using _ = await centre.sippCaller(
      'keypad',
      { does: 'wait-for-bye' },
      { from, keys: { keys: '1', by, afterMs: 1_000 } },
    )
    await agent.ringing()
    await agent.answer()
    const { id } = await centre.interactionFrom(from, ({ state }) => state === 'engaged')
    await agent.hangup()
    const story = await centre.ended(id)
    expect(nodesOf(story)).toEqual(['menu', 'sales'])
    expect(story.inputs).toMatchObject([{ nodeId: 'menu', text: '1', secret: false }])
  })

  it('interrupt what is being said, and digits are collected until the end key', async () => {
    const from = centre.newCaller()
    await using caller = await centre.caller('keypad', from)
    await caller.hearsSound()
    await caller.digits('2')
    const { id } = await centre.interactionFrom(from)
    await centre.story(id, (story) => nodesOf(story).at(-1) === 'which')
    await caller.digits('20881#')
    const story = await centre.story(id, ({ state }) => state === 'queued')
    expect(nodesOf(story)).toEqual(['menu', 'which', 'sales'])
    expect(story.inputs.map(({ text }: Answer) => text)).toEqual(['2', '20881'])
    await caller.hangup()
  })

  it('that never come end the flow by its time-out', async () => {
    const from = centre.newCaller()
    await using caller = await centre.caller('brief-menu', from)
    await caller.closed({ timeoutMs: 20_000 })
    const { id } = await centre.interactionFrom(from)
    expect(await centre.ended(id)).toMatchObject({ endedBy: 'system', outcome: 'self-served' })
  })
})

describe('secret digits', () => {
  it('reach the payment provider and nothing else: no log, no history, no checkpoint', async () => {
    const secret = '4929123412341234'
    const from = centre.newCaller()
    await using caller = await centre.caller('keypad', from)
    await caller.digits('3')
    const { id } = await centre.interactionFrom(from)
    await centre.story(id, (story) => nodesOf(story).at(-1) === 'card')
    await caller.digits(secret)
    await caller.digits('#')
    const story = await centre.story(id, (one) => nodesOf(one).includes('sales'))
    expect(payments).toEqual([expect.stringContaining(secret)])
    expect(story.inputs.at(-1)).toMatchObject({ nodeId: 'card', secret: true, length: secret.length, text: null })
    expect(await everythingStored(centre.service.postgres.url)).not.toContain(secret)
    await caller.hangup()
    await centre.ended(id)
    expect(centre.service.output).not.toContain(secret)
    expect(await everythingStored(centre.service.postgres.url)).not.toContain(secret)
    expect(JSON.stringify(await centre.service.api('GET', `/api/interactions/${id}/timeline`))).not.toContain(secret)
  })
})

describe('an agent’s SIP account', () => {
  it('is there as soon as the agent is made, without a file or a restart, and gone with the agent', async () => {
    const { asterisk } = centre.service
    const make = { username: 'dana', name: 'Dana Radu', agent: { queueIds: ['sales'] } }
    const made = await centre.service.api('POST', '/api/users', make)
    const account = { host: asterisk.sipHost, port: asterisk.sipPort, ...made.sip, toneHz: 440 }
    const phone = await eventually(() => startPhone(account).catch(() => undefined), {
      withinMs: 5_000,
      what: 'the new account to register',
    })
    await using dana = phone
    await centre.service.api('PUT', `/api/users/${made.id}/presence`, { presence: 'available' })
    await using caller = await centre.caller('line')
    await dana.ringing()
    await dana.answer()
    await Promise.all([dana.hears(700), caller.hears(440)])
    await caller.hangup()
    await dana.closed()

    const renewed = await centre.service.api('POST', `/api/users/${made.id}/sip-password`)
    await refusedToRegister(account)
    await centre.service.api('PATCH', `/api/users/${made.id}`, { enabled: false })
    await refusedToRegister({ ...account, ...renewed })
  })
})

describe('SIP over WebSocket', () => {
  it('registers the browser’s endpoint of an agent with the account of their page, and the agent can be reached', async () => {
    const { baseUrl, firstStart, asterisk } = centre.service
    const bogdan = firstStart.agents.find(({ username }) => username === 'bogdan')
    if (bogdan === undefined) throw new Error('there is no bogdan')
    await centre.service.agentIs('bogdan', ({ channels }) => ['offline', 'unreachable'].includes(channels.voice))
    const token = await centre.service.token(bogdan.username, bogdan.password)
    const url = `${baseUrl.replace('http', 'ws')}/api/sip`
    const { username, password } = await centre.service.api('GET', '/api/me/softphone', undefined, 'bogdan')
    const account = { username, password, host: asterisk.sipHost, port: asterisk.sipPort }
    const closing = new AbortController()
    const options = { headers: { authorization: `Bearer ${token}` } }
    expect(await registerOverWebSocket(url, account, closing.signal, options)).toBe('SIP/2.0 200 OK')
    await centre.available('bogdan')
    closing.abort()
    await centre.service.agentIs('bogdan', ({ channels }) => channels.voice === 'unreachable')
  })

  it('is refused to whoever has not signed in', async () => {
    const url = `${centre.service.baseUrl.replace('http', 'ws')}/api/sip`
    const account = { username: 'ana', password: 'x', host: '127.0.0.1', port: 5060 }
    const refused = registerOverWebSocket(url, account, new AbortController().signal)
    await expect(refused).rejects.toThrow('401')
  })
})

/** At the latest a moment from now: Asterisk is told after the directory has changed. */
async function refusedToRegister(account: PhoneOptions): Promise<void> {
  const attempt = async (): Promise<string> => {
    try {
      await using _ = await startPhone(account)
      return 'registered'
    } catch (error) {
      return String(error)
    }
  }
  await eventually(async () => /REGISTER refused: 40[13]/.test(await attempt()), {
    withinMs: 5_000,
    what: 'the account to be refused',
  })
}

/** Every row of every table, as text. */
async function everythingStored(url: string): Promise<string> {
  await using database = openDatabase(url)
  const { rows } = await database.pool.query<{ table_name: string }>(
    `select table_name from information_schema.tables where table_schema = 'public'`,
  )
  const texts: string[] = []
  await eventually(
    async () => {
      for (const { table_name } of rows) {
        const all = await database.pool.query<{ row: string }>(`select t::text as row from "${table_name}" t`)
        texts.push(...all.rows.map(({ row }) => row))
      }
      return true
    },
    { withinMs: 5_000, what: 'the rows' },
  )
  return texts.join('\n')
}
