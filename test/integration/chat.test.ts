import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AgentDesk } from '../peers/agent-desk.ts'
import { eventually } from '../peers/poll.ts'
import { TestService, type Answer } from '../peers/service.ts'
import { VisitorPage } from '../peers/visitor.ts'

let service: TestService

beforeAll(async () => {
  service = await TestService.start()
  for (const id of ['sales', 'support'])
    await service.api('PATCH', `/api/queues/${id}`, { wrapUpMs: 0, ringTimeoutMs: 20_000, overflow: [] })
})
afterAll(() => service?.[Symbol.asyncDispose]())

const messagesOf = async (id: string): Promise<Answer[]> =>
  (await service.api('GET', `/api/interactions/${id}/messages`)).items
const line = ({ from, text }: Answer): string => `${from}: ${text}`

/** A chat with the agent, who has taken it. */
async function talk(desk: AgentDesk, key = '1'): Promise<{ visitor: VisitorPage; id: string }> {
  const visitor = await VisitorPage.open(service.baseUrl)
  visitor.say({ begin: true })
  await visitor.reads('How can we help you?')
  await visitor.write('choice', { button: key })
  const id = await desk.offered(taken)
  taken.push(id)
  await desk.accept(id)
  await visitor.is('talking')
  return { visitor, id }
}
const taken: string[] = []

describe('a chat', () => {
  it('goes from the bot by skill to an agent, who answers; both see that the other types and reads', async () => {
    using desk = await AgentDesk.open(service, 'ana')
    using visitor = await VisitorPage.open(service.baseUrl)
    visitor.say({ begin: true })
    const question = await visitor.reads('How can we help you?', 'flow')
    expect(question.buttons.map(({ label }) => label)).toEqual(['Sales', 'Support', 'A person'])
    await visitor.write('sales please')
    const id = await desk.offered(taken)
    taken.push(id)
    await desk.accept(id)
    expect(await visitor.is('talking')).toMatchObject({ agent: 'Ana' })
    await visitor.write('How much is it?')
    await desk.reads('How much is it?')
    visitor.say({ typing: true })
    await desk.hears(({ type, by, on }) => type === 'typing' && by === 'customer' && on, 'typing')
    await desk.act('POST', `/api/interactions/${id}/typing`, { on: true })
    await eventually(() => visitor.typing, { withinMs: 10_000, what: 'typing' })
    await desk.write(id, 'Twelve.')
    const answer = await visitor.reads('Twelve.', 'agent')
    expect(answer.agent).toBe('Ana')
    visitor.say({ read: answer.id })
    await desk.hears(({ type, messageId }) => type === 'read' && messageId === answer.id, 'the read mark')
    await desk.act('POST', `/api/interactions/${id}/read`, { messageId: (await messagesOf(id)).at(-2).id })
    await eventually(() => visitor.readByAgent !== null, { withinMs: 10_000, what: 'the read mark' })
    expect((await messagesOf(id)).map(line)).toEqual([
      expect.stringContaining('flow: Welcome'),
      'customer: sales please',
      'customer: How much is it?',
      'agent: Twelve.',
    ])
    const { items } = await service.api('GET', `/api/interactions/${id}/timeline`)
    expect(items.map(({ text }: Answer) => text)).toContain('Ana Ionescu wrote "Twelve."')
    await desk.act('POST', `/api/interactions/${id}/close`)
    await visitor.is('closed')
    expect(await service.api('GET', `/api/interactions/${id}`)).toMatchObject({ state: 'ended', outcome: 'answered' })
  })
  it('waits in line with its place, is found again after a drop, and loses or repeats nothing', async () => {
    using visitor = await VisitorPage.open(service.baseUrl)
    await service.api('PUT', '/api/me/presence', { presence: 'offline' }, 'ana')
    visitor.say({ begin: true })
    await visitor.reads('How can we help you?')
    await visitor.write('choice', { button: '2' })
    expect(await visitor.is('waiting')).toMatchObject({ position: 1, exits: ['callback', 'voicemail'] })
    visitor.drop()
    using desk = await AgentDesk.open(service, 'ana')
    const id = await desk.offered(taken)
    taken.push(id)
    await desk.accept(id)
    await desk.write(id, 'Are you there?')
    await desk.write(id, 'I am here.')
    await visitor.connect()
    await visitor.reads('I am here.')
    expect(visitor.messages.map(line)).toEqual([
      expect.stringContaining('flow: Welcome'),
      'customer: choice',
      'agent: Are you there?',
      'agent: I am here.',
    ])
    await desk.act('POST', `/api/interactions/${id}/close`)
  })

  it('makes one of a hundred copies of a message, from the visitor and from the agent', async () => {
    using desk = await AgentDesk.open(service, 'ana')
    const { visitor, id } = await talk(desk)
    const pages = await Promise.all(
      Array.from({ length: 5 }, () => VisitorPage.open(service.baseUrl, { token: visitor.token })),
    )
    for (let copy = 0; copy < 20; copy++)
      for (const page of pages) page.say({ send: { id: 'same', text: 'only once' } })
    await Promise.all(
      pages.map((page) => eventually(() => page.acks.has('same'), { withinMs: 20_000, what: 'the ack' })),
    )
    await Promise.all(Array.from({ length: 100 }, () => desk.write(id, 'once, too')))
    await visitor.write('and the last')
    const texts = (await messagesOf(id)).map(({ text }: Answer) => text)
    expect(texts.filter((text) => text === 'only once')).toHaveLength(1)
    expect(texts.filter((text) => text === 'once, too')).toHaveLength(1)
    expect(texts.at(-1)).toBe('and the last')
    await visitor.reads('and the last')
    expect(visitor.messages.map(({ text }) => text).filter((text) => text === 'only once')).toHaveLength(1)
    for (const page of pages) page.drop()
    visitor.drop()
    await desk.act('POST', `/api/interactions/${id}/close`)
  })

  it('brings who comes back to their agent and their thread, and hands on with the story', async () => {
    using ana = await AgentDesk.open(service, 'ana')
    const { visitor, id } = await talk(ana)
    await ana.write(id, 'Good bye for now.')
    await visitor.reads('Good bye for now.')
    await ana.act('POST', `/api/interactions/${id}/close`)
    await visitor.is('closed')
    visitor.drop()
    using bogdan = await AgentDesk.open(service, 'bogdan')
    using again = await VisitorPage.open(service.baseUrl, { token: visitor.token })
    await again.reads('Good bye for now.')
    await again.write('One more thing')
    const second = await ana.offered(taken)
    taken.push(second)
    await ana.accept(second)
    expect(await again.is('talking')).toMatchObject({ agent: 'Ana' })
    expect(again.messages.filter(({ from }) => from === 'flow')).toHaveLength(1)
    await ana.act('POST', `/api/interactions/${second}/hand-on`, {
      to: { agent: await idOf('bogdan') },
      note: 'asks for one more thing',
    })
    await bogdan.offered(taken.filter((one) => one !== second))
    await bogdan.accept(second)
    await eventually(() => again.state.agent === 'Bogdan', { withinMs: 10_000, what: 'Bogdan' })
    const story = await service.api('GET', `/api/interactions/${second}`)
    expect(story.notes.map(({ text }: Answer) => text)).toEqual(['asks for one more thing'])
    expect(story.segments.filter(({ kind }: Answer) => kind === 'talk')).toHaveLength(2)
    await bogdan.act('POST', `/api/interactions/${second}/close`)
    await service.api('PUT', '/api/me/presence', { presence: 'offline' }, 'bogdan')
  })

  it('declined or let run out goes back to its place; a call is not taken by a click', async () => {
    using desk = await AgentDesk.open(service, 'ana')
    using visitor = await VisitorPage.open(service.baseUrl)
    await visitor.write('sales')
    const id = await desk.offered(taken)
    taken.push(id)
    await desk.act('POST', `/api/interactions/${id}/offer`, { action: 'decline' })
    await visitor.is('waiting')
    expect(await service.agentIs('ana', ({ presence }) => presence === 'not-ready')).toMatchObject({
      reason: 'rejected',
    })
    expect((await desk.request('POST', `/api/interactions/${id}/offer`, { action: 'accept' })).json.error.code).toBe(
      'offer-over',
    )
    expect((await desk.request('POST', `/api/interactions/${id}/messages`, { id: '1', text: 'hi' })).status).toBe(403)
    visitor.say({ leave: true })
    await visitor.is('closed')
    expect(await service.api('GET', `/api/interactions/${id}`)).toMatchObject({ endedBy: 'customer' })
  })

  it('ends a left message with somebody who reads it', async () => {
    using desk = await AgentDesk.open(service, 'ana')
    await desk.act('PUT', '/api/me/presence', { presence: 'not-ready', reason: 'break' })
    using visitor = await VisitorPage.open(service.baseUrl)
    await visitor.write('support')
    await visitor.is('waiting')
    visitor.say({ exit: 'voicemail' })
    await visitor.reads(/write|message/i, 'flow')
    await visitor.write('Please send me the manual.')
    await visitor.reads('saved')
    await visitor.is('closed')
    await desk.act('PUT', '/api/me/presence', { presence: 'available' })
    const id = await desk.offered(taken)
    taken.push(id)
    await desk.accept(id)
    expect((await service.api('GET', `/api/interactions/${id}`)).channel).toBe('email')
    expect((await messagesOf(id)).map(line)).toEqual(['customer: Please send me the manual.'])
    await desk.write(id, 'Here it is.')
    await visitor.reads('Here it is.')
    await desk.act('POST', `/api/interactions/${id}/close`)
  })
})

async function idOf(username: string): Promise<string> {
  const { items } = await service.api('GET', '/api/agents')
  return items.find((agent: Answer) => agent.username === username).id
}

describe('files and tokens', () => {
  it('takes pictures and documents, refuses what is none, and gives them only to those who talk', async () => {
    using visitor = await VisitorPage.open(service.baseUrl)
    using stranger = await VisitorPage.open(service.baseUrl)
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
    const upload = (bytes: Buffer, type: string, name: string, token = visitor.token) =>
      fetch(`${service.baseUrl}/api/chat/files?name=${encodeURIComponent(name)}`, {
        method: 'POST',
        body: new Uint8Array(bytes),
        headers: { 'content-type': type, authorization: `Bearer ${token ?? ''}`, 'x-widget': 'demo' },
      })
    const response = await upload(png, 'image/png', '../../etc/p\u0000ic.png')
    expect(response.status).toBe(201)
    const file = (await response.json()) as Answer
    expect(file).toMatchObject({ name: 'pic.png', type: 'image/png', bytes: png.length })
    expect((await upload(Buffer.from('<script>alert(1)</script>'), 'image/png', 'x.png')).status).toBe(415)
    // Refused by what it says of its length: the connection may be cut before the answer is read.
    const tooBig = upload(Buffer.alloc(10 * 1024 * 1024 + 1, 'a'), 'text/plain', 'big.txt')
    expect(
      await tooBig.then(
        ({ status }) => status,
        () => 'cut off',
      ),
    ).toBeOneOf([413, 'cut off'])
    const get = (token: string | null) =>
      fetch(`${service.baseUrl}/api/chat/files/${file.id}`, {
        headers: { authorization: `Bearer ${token ?? ''}`, 'x-widget': 'demo' },
      })
    expect((await get(stranger.token)).status).toBe(404)
    const served = await get(visitor.token)
    expect(served.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect(Buffer.from(await served.arrayBuffer())).toEqual(png)
    await visitor.write('', { files: [file.id] })
    const sent = await eventually(() => visitor.messages.find(({ files }) => files.length === 1), {
      withinMs: 10_000,
      what: 'the file',
    })
    expect(sent.files[0]).toMatchObject({ name: 'pic.png' })
    visitor.say({ leave: true })
  })

  it('joins who has signed in on the site to their customer, and refuses a token that others made', async () => {
    const siteToken = documentedToken()
    const { secret } = await service.api('GET', '/api/widgets/chat-demo')
    using visitor = await VisitorPage.open(service.baseUrl, {
      hello: { siteToken: siteToken({ id: 'u-1', name: 'Maria Pop', email: 'maria@example.org' }, secret) },
    })
    expect(visitor.welcome.visitor).toMatchObject({ name: 'Maria Pop', verified: true })
    visitor.say({ point: { kind: 'page', url: 'https://shop.example.org/boots', title: 'Boots' } })
    await visitor.write('support')
    await visitor.is('waiting')
    const { items } = await service.api('GET', '/api/customers?search=maria@example.org')
    expect(items[0].name).toBe('Maria Pop')
    const [interaction] = (await service.api('GET', `/api/interactions?customer=${items[0].id}`)).items
    const seen = await service.api('GET', `/api/interactions/${interaction.id}/visitor`)
    expect(seen).toMatchObject({ name: 'Maria Pop', email: 'maria@example.org', verified: true })
    const journey = await service.api('GET', `/api/customers/${items[0].id}/journey`)
    expect(journey.items.map(({ title }: Answer) => title)).toEqual(['Boots'])
    using otherDevice = await VisitorPage.open(service.baseUrl, {
      hello: { siteToken: siteToken({ id: 'u-1' }, secret) },
    })
    await otherDevice.reads('support', 'customer')
    using forger = await VisitorPage.open(service.baseUrl, {
      hello: { siteToken: siteToken({ id: 'u-1' }, 'another secret') },
    })
    await eventually(() => forger.errors.some(({ code }) => code === 'site-token'), {
      withinMs: 10_000,
      what: 'a refusal',
    })
    expect(forger.messages).toEqual([])
    visitor.say({ leave: true })
  })
})

/** As docs/embedding-the-widget.md makes it. */
function documentedToken(): (user: { id: string; name?: string; email?: string }, secret: string) => string {
  const text = readFileSync(new URL('../../docs/embedding-the-widget.md', import.meta.url), 'utf8')
  const code = /```js\nimport \{ createHmac \} from 'node:crypto'\n([^`]*(?:`[^`]+`[^`]*)*?)\n```/.exec(text)?.[1] ?? ''
  return new Function('createHmac', `${code}\nreturn siteToken`)(createHmac)
}
