import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AgentDesk } from '../peers/agent-desk.ts'
import { eventually } from '../peers/poll.ts'
import { TestService, type Answer } from '../peers/service.ts'
import { VisitorPage } from '../peers/visitor.ts'

let service: TestService
const taken: string[] = []
const withinMs = 30_000

beforeAll(async () => {
  service = await TestService.start({ env: { CALLBACK_FORM_QUEUES: 'sales', OUTBOUND_DIAL: 'PJSIP/{number}@nowhere' } })
  for (const id of ['sales', 'support'])
    await service.api('PATCH', `/api/queues/${id}`, { wrapUpMs: 0, ringTimeoutMs: 60_000, overflow: [], hoursId: null })
})
afterAll(() => service?.[Symbol.asyncDispose]())
beforeEach(() => service.api('PUT', '/api/widgets/chat-demo', {}))

const settle = (settings: object) => service.api('PUT', '/api/widgets/chat-demo', settings)

const post = (visitor: VisitorPage, path: string, body: object) =>
  fetch(`${service.baseUrl}/api/chat/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${visitor.token ?? ''}`, 'x-widget': 'demo' },
  })

const over = (id: string): Promise<Answer> =>
  eventually(
    async () => {
      const found = await service.api('GET', `/api/interactions/${id}`)
      return found.state === 'ended' && found
    },
    { withinMs, what: `the end of ${id}` },
  )

async function offeredTo(desk: AgentDesk): Promise<string> {
  const id = await desk.offered(taken)
  taken.push(id)
  return id
}

async function talk(desk: AgentDesk): Promise<{ visitor: VisitorPage; id: string }> {
  const visitor = await VisitorPage.open(service.baseUrl)
  await visitor.write('sales')
  const id = await offeredTo(desk)
  await desk.accept(id)
  await visitor.is('talking')
  return { visitor, id }
}

describe('when nobody writes', () => {
  it('a conversation is closed some time after the agent’s last word, and taken up where it was', async () => {
    await settle({ silentMs: 500 })
    using desk = await AgentDesk.open(service, 'ana')
    const { visitor, id } = await talk(desk)
    await visitor.write('I have a question.')
    await desk.write(id, 'Which one?')
    expect(await over(id)).toMatchObject({ endedBy: 'system', outcome: 'answered', cause: 'silent' })
    await visitor.is('closed')
    await settle({ silentMs: 0 })
    await visitor.write('This one.')
    const again = await offeredTo(desk)
    expect(again).not.toBe(id)
    await desk.accept(again)
    await visitor.is('talking')
    expect(visitor.messages.filter(({ from }) => from === 'flow')).toHaveLength(1)
    await desk.act('POST', `/api/interactions/${again}/close`)
    visitor.drop()
  })

  it('who closes the page while waiting has given up after a while, and not before', async () => {
    await settle({ absentMs: 500 })
    await service.api('PUT', '/api/me/presence', { presence: 'offline' }, 'ana')
    const visitor = await VisitorPage.open(service.baseUrl)
    await visitor.write('sales')
    await visitor.is('waiting')
    const { id } = await service.interaction(({ state }: Answer) => state === 'queued')
    visitor.drop()
    const ended = await over(id)
    expect(ended).toMatchObject({ endedBy: 'customer', cause: 'absent' })
    expect(ended.outcome).toMatch(/abandon/)
  })
})

describe('outside the hours', () => {
  it('a form takes the place of the conversation, and its message waits for whoever serves the queue', async () => {
    const closed = { timezone: 'UTC', weekly: {} }
    await service.api('POST', '/api/hours', { id: 'never', name: 'Never', calendar: closed })
    await service.api('PATCH', '/api/queues/sales', { hoursId: 'never' })
    await settle({ hoursQueue: 'sales', offlineQueue: 'support' })
    using visitor = await VisitorPage.open(service.baseUrl)
    expect(visitor.welcome.open).toBe(false)
    expect((await post(visitor, 'left-messages', { id: '1', email: 'no address', text: 'x' })).status).toBe(400)
    const form = { id: '1', name: 'Ion', email: 'ion@example.org', text: 'Please write to me.' }
    expect((await post(visitor, 'left-messages', form)).status).toBe(201)
    expect((await post(visitor, 'left-messages', form)).status).toBe(201)
    using desk = await AgentDesk.open(service, 'ana')
    const id = await offeredTo(desk)
    await desk.accept(id)
    expect(await service.api('GET', `/api/interactions/${id}`)).toMatchObject({
      channel: 'email',
      queue: { id: 'support' },
    })
    const { items } = await service.api('GET', `/api/interactions/${id}/messages`)
    expect(items.map(({ text }: Answer) => text)).toEqual(['Please write to me.'])
    await desk.act('POST', `/api/interactions/${id}/close`)
    await service.api('PATCH', '/api/queues/sales', { hoursId: null })
  })

  it('the form for a call back asks for one where the widget has it', async () => {
    await settle({ callback: false })
    using visitor = await VisitorPage.open(service.baseUrl)
    expect((await post(visitor, 'callbacks', { phone: '0723 456 789', name: 'Ion' })).status).toBe(409)
    await settle({ callback: true })
    await service.api('PUT', '/api/me/presence', { presence: 'offline' }, 'ana')
    expect((await post(visitor, 'callbacks', { phone: '0723 456 789', name: 'Ion' })).status).toBe(202)
    const { items } = await service.api('GET', '/api/callbacks')
    expect(items).toMatchObject([{ number: '+40723456789', queue: { id: 'sales' } }])
    await service.api('POST', `/api/callbacks/${items[0].id}/cancel`).catch(() => undefined)
  })
})

describe('a message that can’t be taken in', () => {
  it('is set aside, holds nobody up, and is taken in when a person tries again', async () => {
    await settle({ silentMs: 0 })
    using visitor = await VisitorPage.open(service.baseUrl)
    const entryPoint = await service.api('GET', '/api/entry-points/chat-demo')
    await service.api('DELETE', '/api/entry-points/chat-demo')
    await visitor.write('Is anybody there?')
    const aside = await eventually(async () => (await service.api('GET', '/api/inbox/set-aside')).items[0], {
      withinMs,
      what: 'the message set aside',
    })
    expect(aside).toMatchObject({ entryPointId: 'chat-demo', channel: 'chat' })
    expect(aside.error).toContain('there is no entry point chat-demo')
    expect((await service.request('POST', `/api/inbox/${aside.id}/retry`, undefined, 'ana')).status).toBe(403)
    await service.api('POST', '/api/entry-points', entryPoint)
    await service.api('POST', `/api/inbox/${aside.id}/retry`)
    using again = await VisitorPage.open(service.baseUrl, { token: visitor.token })
    await again.reads('Is anybody there?', 'customer')
    expect((await service.api('GET', '/api/inbox/set-aside')).items).toEqual([])
    expect((await service.request('POST', `/api/inbox/${aside.id}/retry`)).status).toBe(404)
    again.say({ leave: true })
    await again.is('closed')
  })
})

describe('an article in a flow', () => {
  it('is told in writing and on the phone, and whether it helped is counted once for each contact', async () => {
    await service.api('PUT', '/api/articles/opening-hours', { audience: 'public' })
    const text = { language: 'en', title: 'Opening hours', body: 'We are open **from nine to five**.' }
    const { n } = await service.api('POST', '/api/articles/opening-hours/revisions', text)
    await service.api('POST', '/api/articles/opening-hours/publish', { language: 'en', n })
    const entryPoint = {
      id: 'chat-help',
      channel: 'chat',
      address: 'help',
      flowId: 'answers',
      fallbackQueueId: 'support',
    }
    await service.api('POST', '/api/entry-points', entryPoint)
    using visitor = await VisitorPage.open(service.baseUrl, { widget: 'help' })
    visitor.say({ begin: true })
    await visitor.reads('What would you like to know?', 'flow')
    await visitor.write('Opening hours', { button: '1' })
    const told = await visitor.reads('We are open from nine to five.', 'flow')
    expect(told.text).toContain('Did this help you?')
    expect(told.buttons.map(({ label }) => label)).toEqual(['Yes, it helped', 'No, not really'])
    await visitor.write('Yes, it helped', { button: '1' })
    await visitor.reads('Goodbye', 'flow')
    await visitor.is('closed')
    const counted = async () => (await service.api('GET', '/api/articles/opening-hours')).languages[0]
    await eventually(async () => (await counted()).helped === 1, { withinMs, what: 'one whom it helped' })

    await service.api('POST', '/api/entry-points', { address: '1009', flowId: 'answers', fallbackQueueId: 'support' })
    await using caller = await service.caller('+40723000003', 660)
    await caller.dial('1009')
    await caller.established()
    await caller.digits('1')
    await caller.hearsSound()
    const call = await service.interaction(({ channel, state }: Answer) => channel === 'voice' && state !== 'ended')
    const toldOnThePhone = async () =>
      (await service.api('GET', `/api/interactions/${call.id}/timeline`)).items.some(
        ({ kind }: Answer) => kind === 'article-told',
      )
    await eventually(toldOnThePhone, { withinMs, what: 'the article on the phone' })
    await caller.digits('2')
    await eventually(async () => (await counted()).notHelped === 1, { withinMs, what: 'one whom it did not help' })
    await caller.hangup()

    await service.kill()
    await service.restart()
    expect(await counted()).toMatchObject({ helped: 1, notHelped: 1 })
  })
})

describe('a call', () => {
  it('goes on in the chat by a link, as the same customer and with the same agent', async () => {
    using desk = await AgentDesk.open(service, 'ana')
    await using phone = await service.agentPhone('ana', 440)
    await using caller = await service.caller('+40723000002', 660)
    await caller.dial('1000')
    await caller.established()
    await caller.digits('1')
    const call = await offeredTo(desk)
    const link = (body: object, as = 'ana') => service.request('POST', `/api/interactions/${call}/chat-link`, body, as)
    expect((await link({ entryPoint: 'chat-demo' })).status).toBe(403)
    await phone.ringing()
    await phone.answer()
    await phone.established()
    await eventually(async () => (await service.api('GET', `/api/interactions/${call}`)).state === 'engaged', {
      withinMs,
      what: 'the talk',
    })
    expect((await link({ entryPoint: 'chat-demo' }, 'bogdan')).status).toBe(403)
    expect((await link({ entryPoint: 'nowhere' })).status).toBe(404)
    expect((await link({ entryPoint: 'chat-demo' })).json.error.code).toBe('no-page')
    await settle({ page: 'https://shop.example.org/help?lang=en' })
    const { status, json } = await link({ entryPoint: 'chat-demo' })
    expect(status).toBe(201)
    const [, invitation = ''] = /^https:\/\/shop\.example\.org\/help\?lang=en#centralita=(.+)$/.exec(json.link) ?? []
    await caller.hangup()
    const { customer } = await over(call)

    using visitor = await VisitorPage.open(service.baseUrl, { hello: { invitation } })
    await visitor.write('Here I am, as agreed.')
    const chat = await offeredTo(desk)
    await desk.accept(chat)
    expect(await visitor.is('talking')).toMatchObject({ agent: 'Ana' })
    expect(visitor.messages.map(({ from }) => from)).not.toContain('flow')
    const { items } = await service.api('GET', `/api/customers/${customer.id}/timeline`)
    expect(items.map(({ id }: Answer) => id)).toEqual([chat, call])
    await desk.act('POST', `/api/interactions/${chat}/close`)
    using forger = await VisitorPage.open(service.baseUrl, { hello: { invitation: `${invitation}x` } })
    expect(forger.messages).toEqual([])
    expect(visitor.token).not.toBe(forger.token)
  })
})

describe('a mail', () => {
  it('gives way to a call, pauses while it lasts, and is there again afterwards', async () => {
    await settle({ offlineQueue: 'sales' })
    using desk = await AgentDesk.open(service, 'ana')
    const { items } = await service.api('GET', '/api/users')
    const { id: userId } = items.find(({ username }: Answer) => username === 'ana')
    const agent = { capacity: { voice: 1, email: 1 }, interruptible: ['email'] }
    await service.api('PATCH', `/api/users/${userId}`, { agent })
    expect(
      (await service.request('PATCH', `/api/users/${userId}`, { agent: { interruptible: ['voice'] } })).status,
    ).toBe(400)
    using visitor = await VisitorPage.open(service.baseUrl)
    const form = { id: 'mail', email: 'ion@example.org', text: 'No hurry.' }
    expect((await post(visitor, 'left-messages', form)).status).toBe(201)
    const mail = await offeredTo(desk)
    await desk.accept(mail)

    await using phone = await service.agentPhone('ana', 440)
    await using caller = await service.caller('+40723000001', 660)
    await caller.dial('1000')
    await caller.established()
    await caller.digits('1')
    const call = await offeredTo(desk)
    await phone.ringing()
    await phone.answer()
    await phone.established()
    const kindsOf = async (id: string): Promise<Answer[]> =>
      (await service.api('GET', `/api/interactions/${id}`)).segments.map(({ kind, ms }: Answer) => [kind, ms !== null])
    await eventually(async () => (await kindsOf(mail)).some(([kind, done]) => kind === 'pause' && done === false), {
      withinMs,
      what: 'the pause',
    })
    const why = await service.api('GET', `/api/interactions/${call}/explanation`)
    expect(why.offers[0].whyThisAgent.join(' ')).toContain('pauses until the call is over')
    await caller.hangup()
    await over(call)
    await eventually(async () => (await kindsOf(mail)).at(-1)?.join() === 'talk,false', { withinMs, what: 'the rest' })
    expect((await kindsOf(mail)).slice(-3)).toEqual([
      ['talk', true],
      ['pause', true],
      ['talk', false],
    ])
    await desk.act('POST', `/api/interactions/${mail}/close`)
  })
})
