import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Smtp, type Mail, type SmtpSettings } from '../../src/channels/email/smtp.ts'
import { freePort } from '../../src/supervisor/free-port.ts'
import { AgentDesk } from '../peers/agent-desk.ts'
import { MailServer, silentServer, type MailServerOptions } from '../peers/mail-server.ts'
import { eventually } from '../peers/poll.ts'
import { TestService, type Answer } from '../peers/service.ts'
import { VisitorPage } from '../peers/visitor.ts'

const mail: Mail = {
  messageId: '<1@acme.example>',
  references: '<2@acme.example>',
  from: { name: 'Acme "Ș"', address: 'help@acme.example' },
  to: 'maria@example.org',
  replyTo: null,
  subject: 'Bună\r\nBcc: victim@example.org',
  text: 'Text',
  html: '<p>Text</p>',
  automatic: true,
  attachments: [],
}

describe('handing a mail to its server', () => {
  const hand = async (
    options: MailServerOptions,
    settings: Partial<SmtpSettings>,
    prepare?: (s: MailServer) => void,
  ) => {
    await using server = await MailServer.start(options)
    prepare?.(server)
    const smtp = new Smtp({
      ...{ host: 'localhost', port: server.port, tls: 'must', login: null, patienceMs: 3_000 },
      ...{ authorities: readFileSync(server.certificate, 'utf8') },
      ...settings,
    })
    return { handed: await smtp.hand(mail), taken: server.taken }
  }

  it.each([
    ['at once', { tls: 'at-once' }, { tls: 'at-once' }, true],
    ['by STARTTLS', {}, { tls: 'must' }, true],
    ['where it is offered', {}, { tls: 'may' }, true],
    ['never', { tls: 'never' }, { tls: 'never' }, false],
  ] as const)('uses TLS %s', async (_, options, settings, isSecure) => {
    const { handed, taken } = await hand(options, settings)
    expect(handed).toMatchObject({ outcome: 'sent' })
    expect(taken).toMatchObject([{ to: ['maria@example.org'], isSecure }])
    const [{ mail: read } = { mail: null }] = taken
    expect(read).toMatchObject({
      messageId: '<1@acme.example>',
      references: '<2@acme.example>',
      from: { name: 'Acme "Ș"', address: 'help@acme.example' },
      text: 'Text\n',
    })
    expect(read?.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated')
    expect(read?.bcc).toBeUndefined()
  })

  it('logs in, and waits when the password is wrong', async () => {
    const account = { user: 'desk', password: 'right' }
    const { handed, taken } = await hand(account, { login: account })
    expect(handed).toMatchObject({ outcome: 'sent' })
    expect(taken).toMatchObject([{ user: 'desk', isSecure: true }])
    const wrong = await hand(account, { login: { user: 'desk', password: 'wrong' } })
    expect(wrong.handed).toMatchObject({ outcome: 'later' })
  })

  it('sends nothing where TLS must be and is not, or where nobody vouches for the server', async () => {
    const plain = await hand({ tls: 'never' }, { tls: 'must' })
    expect(plain).toMatchObject({ handed: { outcome: 'later' }, taken: [] })
    const stranger = await hand({}, { authorities: null })
    expect(stranger).toMatchObject({ handed: { outcome: 'later' }, taken: [] })
  })

  it.each([
    [{ code: 550, at: 'recipient' }, 'refused'],
    [{ code: 450, at: 'recipient' }, 'later'],
    [{ code: 554, at: 'data' }, 'refused'],
    [{ code: 451, at: 'data' }, 'later'],
    ['vanish', 'unknown'],
    ['never-answer', 'unknown'],
  ] as const)('knows what %j means', async (manner, outcome) => {
    const { handed } = await hand({}, {}, (server) => (server.manner = manner))
    expect(handed).toMatchObject({ outcome })
  })

  it('waits for no server that is silent or away', async () => {
    await using silent = await silentServer()
    const settings = { host: '127.0.0.1', tls: 'may', login: null, authorities: null, patienceMs: 500 } as const
    expect(await new Smtp({ ...settings, port: silent.port }).hand(mail)).toMatchObject({ outcome: 'later' })
    expect(await new Smtp({ ...settings, port: await freePort() }).hand(mail)).toMatchObject({ outcome: 'later' })
  })
})

describe('mail about conversations', () => {
  let server: MailServer
  let service: TestService
  const taken: string[] = []

  beforeAll(async () => {
    server = await MailServer.start({ user: 'desk', password: 'secret:1' })
    service = await TestService.start({
      env: {
        SMTP_URL: `smtp://desk:secret%3A1@localhost:${server.port}`,
        SMTP_CA: server.certificate,
        MAIL_FROM: 'help@acme.example',
        ORGANISATION_NAME: 'Acme',
      },
    })
    for (const id of ['sales', 'support'])
      await service.api('PATCH', `/api/queues/${id}`, { wrapUpMs: 0, ringTimeoutMs: 20_000, overflow: [] })
    await change({ page: 'https://shop.example.org/help', replyMailMs: 1 })
  }, 120_000)
  afterAll(async () => {
    await service?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })

  async function change(settings: object): Promise<void> {
    const widget = await service.api('GET', '/api/widgets/chat-demo')
    await service.api('PUT', '/api/widgets/chat-demo', { ...widget.settings, ...settings })
  }

  const mailTo = (address: string, most = 1) =>
    eventually(() => server.to(address).length >= most && server.to(address), {
      withinMs: 30_000,
      what: () =>
        `mail to ${address}; there is ${JSON.stringify(server.taken.map(({ to, mail }) => [to, mail.subject]))}`,
    })

  const post = (visitor: VisitorPage, path: string, body: object) =>
    fetch(`${service.baseUrl}/api/chat/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${visitor.token ?? ''}`,
        'x-widget': 'demo',
      },
    })

  async function talk(desk: AgentDesk, hello: object = {}): Promise<{ visitor: VisitorPage; id: string }> {
    const visitor = await VisitorPage.open(service.baseUrl, { hello })
    visitor.say({ begin: true })
    await visitor.reads(/./, 'flow')
    await visitor.write('choice', { button: '1' })
    const id = await desk.offered(taken)
    taken.push(id)
    await desk.accept(id)
    await visitor.is('talking')
    return { visitor, id }
  }

  it('sends a conversation to its visitor in their language, and only so often', async () => {
    using desk = await AgentDesk.open(service, 'ana')
    const { visitor, id } = await talk(desk, { language: 'ro' })
    await visitor.write('<img src=x onerror=alert(1)>')
    await desk.write(id, 'Da, avem.')
    await visitor.reads('Da, avem.')
    await desk.act('POST', `/api/interactions/${id}/close`)
    expect((await post(visitor, 'transcripts', { email: 'not an address' })).status).toBe(400)
    for (const _ of [1, 2, 3])
      expect((await post(visitor, 'transcripts', { email: 'Maria@Example.org' })).status).toBe(202)
    expect((await post(visitor, 'transcripts', { email: 'other@example.org' })).status).toBe(429)
    const [first] = await mailTo('maria@example.org', 3)
    expect(first).toMatchObject({
      user: 'desk',
      isSecure: true,
      mail: { subject: 'Conversația dumneavoastră cu Acme', from: { name: 'Acme', address: 'help@acme.example' } },
    })
    expect(first?.mail.text).toMatch(/Dumneavoastră, .*:\n<img src=x onerror=alert\(1\)>[^]*Ana, .*:\nDa, avem\./)
    expect(first?.mail.html).toContain('&lt;img src=x')
    visitor.drop()
    const told = await eventually(
      async () => {
        const { items } = await service.api('GET', `/api/interactions/${id}/timeline`)
        const texts = items.map(({ text }: Answer) => text)
        return texts.includes('The conversation by mail was delivered') && texts
      },
      { withinMs: 15_000, what: 'the delivery in the timeline' },
    )
    expect(told).toContain('The conversation by mail was written')
  })

  it('tells who is away that there is an answer, once, and nobody who has seen it', async () => {
    using desk = await AgentDesk.open(service, 'ana')
    const { visitor, id } = await talk(desk)
    visitor.say({ details: { email: 'away@example.org' } })
    const seen = await desk.write(id, 'Seen at once.')
    await visitor.reads('Seen at once.')
    visitor.say({ read: seen.id })
    await desk.hears(({ type, messageId }) => type === 'read' && messageId === seen.id, 'the read mark')
    visitor.drop()
    await eventually(async () => (await waiting()) === 0, { withinMs: 15_000, what: 'nothing left to send' })
    expect(server.to('away@example.org')).toEqual([])
    await desk.write(id, 'Are you still there?')
    await desk.write(id, 'We have found it.')
    const [notice] = await mailTo('away@example.org')
    expect(notice?.mail.subject).toBe('Ana has answered you')
    expect(notice?.mail.text).toContain('Are you still there?')
    expect(notice?.mail.text).toContain('https://shop.example.org/help')
    expect(notice?.mail.text).not.toContain('Seen at once.')
    await eventually(async () => (await waiting()) === 0, { withinMs: 15_000, what: 'nothing left to send' })
    const texts = server.to('away@example.org').map(({ mail: { text } }) => text ?? '')
    expect(texts.filter((text) => text.includes('Are you still there?'))).toHaveLength(1)
    expect(texts.filter((text) => text.includes('We have found it.'))).toHaveLength(1)
    await desk.act('POST', `/api/interactions/${id}/close`)
  })

  const waiting = async (): Promise<number> => {
    const { rows } = await pool(`select count(*)::int as n from outbox where state in ('waiting', 'sending')`)
    return rows[0].n
  }

  async function pool(sql: string): Promise<{ rows: Answer[] }> {
    const { default: pg } = await import('pg')
    const client = new pg.Client(service.postgres.url)
    await client.connect()
    try {
      return await client.query(sql)
    } finally {
      await client.end()
    }
  }

  it('sends what is left in the form to the centre, or gives it to a queue whose agent answers by mail', async () => {
    using desk = await AgentDesk.open(service, 'ana')
    await change({ page: null, replyMailMs: 1, offlineMail: 'centre@acme.example' })
    using visitor = await VisitorPage.open(service.baseUrl)
    const form = { id: 'form-1', name: 'Ion <b>', email: 'ion@example.org', text: 'Please <call> me' }
    expect((await post(visitor, 'left-messages', form)).status).toBe(201)
    expect((await post(visitor, 'left-messages', form)).status).toBe(201)
    const [left] = await mailTo('centre@acme.example')
    expect(left?.mail).toMatchObject({ subject: 'Message from Ion <b>', replyTo: [{ address: 'ion@example.org' }] })
    expect(left?.mail.text).toContain('Please <call> me')
    const ended = await service.interaction(({ channel, state }: Answer) => channel === 'email' && state === 'ended')
    expect(ended).toMatchObject({ outcome: 'voicemail' })

    await change({ offlineMail: null, offlineQueue: 'support', page: null })
    expect((await post(visitor, 'left-messages', { ...form, id: 'form-2' })).status).toBe(201)
    const id = await desk.offered(taken)
    taken.push(id)
    await desk.accept(id)
    await desk.write(id, 'We will call you.')
    const [answered] = await mailTo('ion@example.org')
    expect(answered?.mail.subject).toBe('Re: your message to Acme')
    expect(answered?.mail.text?.trim()).toBe('We will call you.')
    await desk.act('POST', `/api/interactions/${id}/close`)
    expect(server.to('centre@acme.example')).toHaveLength(1)
  })

  it('loses nothing when it is killed at the worst moment, and shows what could not be sent', async () => {
    using desk = await AgentDesk.open(service, 'ana')
    const { visitor, id } = await talk(desk)
    await desk.write(id, 'Here it is.')
    await visitor.reads('Here it is.')
    server.manner = 'never-answer'
    expect((await post(visitor, 'transcripts', { email: 'twice@example.org' })).status).toBe(202)
    await mailTo('twice@example.org')
    await service.kill()
    server.manner = 'take'
    await service.restart()
    const copies = await mailTo('twice@example.org', 2)
    expect(new Set(copies.map(({ mail }) => mail.messageId)).size).toBe(1)
    await eventually(
      async () => {
        const { items } = await service.api('GET', `/api/interactions/${id}/timeline`)
        return items.some(({ text }: Answer) => text.startsWith('The conversation by mail was sent again'))
      },
      { withinMs: 15_000, what: 'the doubt in the timeline' },
    )

    server.manner = { code: 550, at: 'recipient' }
    await visitor.connect()
    expect((await post(visitor, 'transcripts', { email: 'nobody@example.org' })).status).toBe(202)
    const failed = await eventually(
      async () =>
        (await service.api('GET', '/api/outbox/failed')).items.find(
          ({ interactionId }: Answer) => interactionId === id,
        ),
      { withinMs: 30_000, what: 'the failure' },
    )
    expect(failed).toMatchObject({ channel: 'email', about: 'transcript' })
    expect(failed.error).toContain('550')
    expect((await service.request('GET', '/api/outbox/failed', undefined, 'ana')).status).toBe(403)
    server.manner = 'take'
    await service.api('POST', `/api/outbox/${failed.id}/retry`)
    await mailTo('nobody@example.org')
    expect((await service.request('POST', `/api/outbox/${failed.id}/retry`)).status).toBe(404)
    visitor.drop()
  })
})
