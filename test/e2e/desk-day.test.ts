import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { picture, TestBrowser } from '../peers/browser.ts'
import { DeskVisitor } from '../peers/desk.ts'
import { eventually } from '../peers/poll.ts'
import { TestService } from '../peers/service.ts'
import { VisitorPage } from '../peers/visitor.ts'

let service: TestService
let browser: TestBrowser

beforeAll(async () => {
  ;[service, browser] = await Promise.all([TestService.start(), TestBrowser.start()])
  for (const id of ['sales', 'support'])
    await service.api('PATCH', `/api/queues/${id}`, { wrapUpMs: 60_000, ringTimeoutMs: 60_000, overflow: [] })
  const texts = { en: 'Yes, {{agent.name}} has three left.' }
  await service.api('POST', '/api/canned-replies', { scope: 'everybody', shortcut: 'stock', title: 'In stock', texts })
  const { items } = await service.api('GET', '/api/users')
  for (const { id, username } of items)
    if (username === 'ana')
      await service.api('PATCH', `/api/users/${id}`, { agent: { capacity: { voice: 2, chat: 4 } } })
})
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await service?.[Symbol.asyncDispose]()
})

/** A visitor who has chosen a queue of the menu, taken by the agent whose page it is. */
async function chatTaken(desk: DeskVisitor): Promise<VisitorPage> {
  const visitor = await VisitorPage.open(service.baseUrl)
  visitor.say({ begin: true })
  await visitor.reads('How can we help you?')
  await visitor.write('Sales', { button: '1' })
  await desk.offer().waitFor()
  await desk.page.keyboard.press('a')
  await visitor.is('talking')
  return visitor
}

/** The conversations in the list of work, the one that has lasted longest first. */
const live = (page: Page) => page.getByRole('region', { name: 'Live' }).getByRole('button')

async function reply(page: Page, text: string): Promise<void> {
  await page.getByLabel('Reply to the customer').fill(text)
  await page.keyboard.press('Enter')
  await page.getByRole('log').getByText(text).waitFor()
}

/** Chosen from the list by its beginning, and sent as it stands. */
async function cannedReply(page: Page, beginning: string, text: string): Promise<void> {
  const composer = page.getByLabel('Reply to the customer')
  await composer.fill(beginning)
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Enter')
  await eventually(async () => (await composer.inputValue()) === text, { withinMs: 10_000, what: 'the canned reply' })
  await page.keyboard.press('Enter')
  await page.getByRole('log').getByText(text).waitFor()
}

describe('a call and two chats in one page', () => {
  it('are taken, told apart, answered and finished', async () => {
    const ana = await DeskVisitor.signIn(browser, service, 'ana')
    const { page } = ana
    await ana.available(service, 'ana')
    const first = await chatTaken(ana)
    await first.write('Is the blue one still in stock?')
    await page.getByRole('log').getByText('Is the blue one still in stock?').waitFor()

    await using caller = await service.caller('+40721000112', 700)
    await caller.dial('1000')
    await caller.established()
    await caller.digits('1')
    await ana.offer().waitFor()
    await page.keyboard.press('a')
    await ana.button('Hold').waitFor()
    await ana.audioGrows()
    await caller.hearsSound()

    const second = await chatTaken(ana)
    await second.write('What are your hours today?')
    await picture(page, 'desk-day-1280')
    await live(page).nth(0).click()
    await cannedReply(page, '/stock', 'Yes, Ana Ionescu has three left.')
    await first.reads('Yes, Ana Ionescu has three left.', 'agent')
    await live(page).nth(2).click()
    await page.getByRole('log').getByText('What are your hours today?').waitFor()
    await reply(page, 'Nine to six.')
    await second.reads('Nine to six.', 'agent')
    await ana.audioGrows()

    await live(page).nth(1).click()
    await page.keyboard.press('h')
    await ana.button('Resume').waitFor()
    await page.keyboard.press('h')
    await ana.button('Hold').waitFor()
    await page.keyboard.press('e')
    await caller.closed()
    for (const visitor of [first, second]) {
      await live(page).first().click()
      await page.getByRole('button', { name: 'End', exact: true }).click()
      await visitor.is('closed')
    }
    await expect.poll(() => page.getByRole('region', { name: 'Wrap-up' }).getByRole('button').count()).toBe(3)
    for (let left = 3; left > 0; left--) {
      await ana.button('Finish').click()
      await expect.poll(() => page.getByRole('region', { name: 'Wrap-up' }).getByRole('button').count()).toBe(left - 1)
    }
    await page.getByText('All quiet').waitFor()
    await ana.close()
  })
})
