import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { AgentDesk } from '../peers/agent-desk.ts'
import { TestBrowser } from '../peers/browser.ts'
import { startHostSite, type HostSite } from '../peers/host-site.ts'
import { eventually } from '../peers/poll.ts'
import { TestService, type Answer } from '../peers/service.ts'

let service: TestService
let browser: TestBrowser
let site: HostSite

beforeAll(async () => {
  ;[service, browser] = await Promise.all([TestService.start(), TestBrowser.start()])
  site = await startHostSite(service.baseUrl)
  // By skill: Bogdan knows too little of sales. By waiting: Citra is always the one who was free for longer.
  const rules = {
    requirement: { sales: 4 },
    selection: 'most-skilled',
    wrapUpMs: 0,
    ringTimeoutMs: 60_000,
    overflow: [],
  }
  await service.api('PATCH', '/api/queues/sales', { ...rules, recording: false })
  await service.api('PUT', '/api/widgets/chat-demo', { title: 'Boots and more', call: '1000' })
})
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await site?.[Symbol.asyncDispose]()
  await service?.[Symbol.asyncDispose]()
})

const says = (page: Page, words: string) => page.getByRole('log').getByText(words).first().waitFor()

describe('a visitor', () => {
  it('chats with the bot and an agent, sends a file, comes back an hour later, calls, and meets the same agent', async () => {
    const { page, context, problems } = await browser.visitor(site.url)
    await Promise.all(
      ['bogdan', 'citra'].map((name) => service.api('PUT', '/api/me/presence', { presence: 'available' }, name)),
    )
    let desk = await AgentDesk.open(service, 'ana')
    await page.goto('/shop.html')
    await page.getByRole('button', { name: 'Open the chat' }).click()
    await says(page, 'How can we help you?')
    await page.getByRole('button', { name: 'Sales' }).click()
    const chat = await desk.offered()
    await desk.accept(chat)
    await page.getByText('Ana answers').waitFor()
    await page.getByRole('textbox', { name: 'Write a message' }).fill('Do you have boots in 46?')
    await page.keyboard.press('Enter')
    await desk.reads('Do you have boots in 46?')
    await desk.write(chat, 'In brown, yes.')
    await says(page, 'In brown, yes.')
    await page
      .getByLabel('Attach a file')
      .first()
      .setInputFiles({
        name: 'my old boots.txt',
        mimeType: 'text/plain',
        buffer: Buffer.from('worn out'),
      })
    await page.getByRole('button', { name: 'Save my old boots.txt' }).waitFor()
    const { message } = await desk.hears(
      ({ type, message }) => type === 'message' && message.files.length > 0,
      'the file',
    )
    const file = await service.download(`/api/files/${message.files[0].id}`)
    expect(file.toString()).toBe('worn out')
    await page.close()

    await service.later(3_600_000)
    desk[Symbol.dispose]()
    desk = await AgentDesk.open(service, 'ana')
    const back = await context.newPage()
    await back.goto('/shop.html')
    await back.getByRole('button', { name: 'Open the chat' }).click()
    await says(back, 'In brown, yes.')
    await says(back, 'my old boots.txt')
    await back.getByRole('textbox', { name: 'Write a message' }).fill('I take them. Can I call you?')
    await back.keyboard.press('Enter')
    await desk.reads('I take them')
    await desk.write(chat, 'Please do.')
    await says(back, 'Please do.')

    await using phone = await service.agentPhone('ana', 440)
    await using _other = await service.agentPhone('citra', 880)
    await service.api('PATCH', '/api/queues/sales', { selection: 'longest-idle' })
    await back.getByRole('button', { name: 'Call us now' }).click()
    await back.getByText('On the line').waitFor()
    await back.getByRole('button', { name: '1', exact: true }).click()
    await phone.ringing()
    await phone.answer()
    await phone.established()
    const call = await service.interaction(({ channel, state }) => channel === 'voice' && state === 'engaged', 10_000)
    expect(call.agent.name).toBe('Ana Ionescu')
    await back.getByRole('button', { name: 'Hang up' }).click()
    const story = await eventually(
      async () => {
        const told = await service.api('GET', `/api/interactions/${call.id}`)
        return told.state === 'ended' && told
      },
      { withinMs: 15_000, what: 'the end of the call' },
    )
    expect(story.offerList.map(({ agent }: Answer) => agent.name)).toEqual(['Ana Ionescu'])

    const { items } = await service.api('GET', `/api/customers/${call.customer.id}/timeline`)
    expect(items.map(({ channel, agent }: Answer) => [channel, agent.name])).toEqual([
      ['voice', 'Ana Ionescu'],
      ['chat', 'Ana Ionescu'],
    ])
    const told = await service.api('GET', `/api/interactions/${chat}`)
    expect(told.inputs.map(({ text }: Answer) => text)).toContain('1')
    const { items: messages } = await service.api('GET', `/api/interactions/${chat}/messages`)
    expect(messages.map(({ from, text }: Answer) => `${from}: ${text}`)).toEqual([
      expect.stringContaining('flow: Welcome'),
      'customer: Sales',
      'customer: Do you have boots in 46?',
      'agent: In brown, yes.',
      'customer: ',
      'customer: I take them. Can I call you?',
      'agent: Please do.',
    ])
    expect(problems).toEqual([])
    desk[Symbol.dispose]()
  })
})
