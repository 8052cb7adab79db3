import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { phone as phoneView, picture, TestBrowser, wide } from '../peers/browser.ts'
import { DeskVisitor } from '../peers/desk.ts'
import { accessibilityProblems, overflows } from '../peers/page-checks.ts'
import { eventually } from '../peers/poll.ts'
import { TestService } from '../peers/service.ts'
import { VisitorPage } from '../peers/visitor.ts'

let service: TestService
let browsers: readonly TestBrowser[]

beforeAll(async () => {
  ;[service, ...browsers] = await Promise.all([TestService.start(), TestBrowser.start(), TestBrowser.start()])
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
  for (const browser of browsers ?? []) await browser[Symbol.asyncDispose]()
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
const waiting = (page: Page) => page.getByRole('region', { name: 'Waiting for the customer' }).getByRole('button')
const wrapUps = (page: Page) => page.getByRole('region', { name: 'Wrap-up' }).getByRole('button')

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

async function note(page: Page, text: string): Promise<void> {
  await page.getByLabel('Note for colleagues').fill(text)
  await page.keyboard.press('Enter')
  await page.getByRole('log').getByText(text).waitFor()
  await page.keyboard.press('Escape')
}

async function openBrowser(username: string): Promise<DeskVisitor> {
  const browser = browsers[username === 'ana' ? 0 : 1]
  if (browser === undefined) throw new Error('there are two browsers')
  return DeskVisitor.signIn(browser, service, username)
}

/** Of requests that were refused the page has told already. */
const unforeseen = ({ problems }: DeskVisitor) => problems.filter((problem) => !problem.startsWith('Failed to load'))

describe('a call and two chats in one page, and a colleague in another browser', () => {
  it('are answered, held, asked about, handed over, written to and wrapped up', async () => {
    const ana = await openBrowser('ana')
    const { page } = ana
    await picture(page, 'desk-offline-1280')
    await ana.available(service, 'ana')
    await picture(page, 'desk-quiet-1280')
    const first = await chatTaken(ana)
    await first.write('Is the blue one still in stock?')
    await page.getByRole('log').getByText('Is the blue one still in stock?').waitFor()

    await using caller = await service.caller('+40721000112', 700)
    await caller.dial('1000')
    await caller.established()
    await caller.digits('1')
    await ana.offer().waitFor()
    await picture(page, 'desk-offer-1280')
    await page.keyboard.press('a')
    await ana.button('Hold').waitFor()
    await ana.audioGrows()
    await caller.hearsSound()
    await note(page, 'Wants the invoice again, new address')
    await picture(page, 'desk-call-1280')
    await page.setViewportSize(phoneView)
    await picture(page, 'desk-call-390')
    await page.setViewportSize(wide)

    const second = await chatTaken(ana)
    await second.write('What are your hours today?')
    await picture(page, 'desk-day-1280')
    await live(page).nth(0).click()
    await cannedReply(page, '/stock', 'Yes, Ana Ionescu has three left.')
    await first.reads('Yes, Ana Ionescu has three left.', 'agent')
    await expect.poll(() => waiting(page).count(), { timeout: 15_000 }).toBe(1)
    await live(page).nth(1).click()
    await page.getByRole('log').getByText('What are your hours today?').waitFor()
    await reply(page, 'Nine to six.')
    await second.reads('Nine to six.', 'agent')
    await ana.audioGrows()

    await expect.poll(() => waiting(page).count(), { timeout: 15_000 }).toBe(2)
    await live(page).first().click()
    await page.keyboard.press('h')
    await ana.button('Resume').waitFor()
    await picture(page, 'desk-held-1280')
    await page.keyboard.press('h')
    await ana.button('Hold').waitFor()
    await ana.audioGrows()

    const bogdan = await openBrowser('bogdan')
    await bogdan.available(service, 'bogdan')
    await page.keyboard.press('t')
    await page.getByRole('combobox', { name: 'To' }).fill('Bogdan')
    await page.getByLabel('Note for whoever gets it').fill('May the invoice go to two addresses?')
    await ana.button('Ask first').click()
    await bogdan.offer().getByText('Ana Ionescu asks you').waitFor()
    await bogdan.offer().getByText('May the invoice go to two addresses?').waitFor()
    await picture(bogdan.page, 'desk-asked-offer-1280')
    expect(await accessibilityProblems(bogdan.page)).toEqual([])
    await bogdan.page.keyboard.press('a')
    const consult = page.getByRole('group', { name: /^Asking Bogdan/ })
    await consult.getByText('hears music').waitFor()
    await bogdan.page.getByText(/^Ana Ionescu asks you; .* hears music$/).waitFor()
    await Promise.all([ana.audioGrows(), bogdan.audioGrows()])
    await picture(page, 'desk-consult-1280')
    await picture(bogdan.page, 'desk-asked-1280')
    expect(await overflows(page)).toEqual([])
    await page.keyboard.press('s')
    await consult.getByText(/Bogdan.* hears music$/).waitFor()
    await bogdan.page.getByText(/^Ana Ionescu talks with .*; you hear music$/).waitFor()
    await caller.hearsSound()
    await page.keyboard.press('s')
    await consult.getByText(/^With Bogdan/).waitFor()
    await page.keyboard.press('l')
    await expect.poll(() => wrapUps(page).count(), { timeout: 15_000 }).toBe(1)
    await bogdan.button('Hold').waitFor()
    await bogdan.audioGrows()
    await caller.hearsSound()
    await bogdan.page.getByRole('log').getByText('Wants the invoice again, new address').waitFor()
    await picture(bogdan.page, 'desk-handed-over-1280')
    await bogdan.page.keyboard.press('h')
    await bogdan.button('Resume').waitFor()
    await bogdan.page.keyboard.press('h')
    await bogdan.button('Hold').waitFor()
    await bogdan.page.keyboard.press('e')
    await caller.closed()

    for (const visitor of [first, second]) {
      const before = await wrapUps(page).count()
      await waiting(page).first().click()
      await page.getByRole('button', { name: 'End', exact: true }).click()
      await visitor.is('closed')
      await expect.poll(() => wrapUps(page).count(), { timeout: 15_000 }).toBe(before + 1)
    }
    await expect.poll(() => wrapUps(page).count(), { timeout: 15_000 }).toBe(3)
    await picture(page, 'desk-wrap-up-1280')
    for (let left = 3; left > 0; left--) {
      await ana.button('Finish').click()
      await expect.poll(() => wrapUps(page).count(), { timeout: 15_000 }).toBe(left - 1)
    }
    await page.getByText('All quiet').waitFor()
    await bogdan.page.getByLabel('How did it come out?').fill('solved')
    await bogdan.button('Finish').click()
    await bogdan.page.getByText('All quiet').waitFor()
    const story = await service.interaction(({ channel, wrappingUp }) => channel === 'voice' && !wrappingUp)
    expect(story).toMatchObject({ outcome: 'answered', disposition: 'solved', endedBy: 'agent' })
    expect([...unforeseen(ana), ...unforeseen(bogdan)]).toEqual([])
    await Promise.all([ana.close(), bogdan.close()])
  })
})

describe('a desk phone beside the page', () => {
  it('has the call that was picked up there, and the page its controls: nothing is missed or fetched', async () => {
    const ana = await openBrowser('ana')
    const { page } = ana
    await using desk = await service.agentPhone('ana', 440)
    await ana.available(service, 'ana')
    await using caller = await service.caller('+40721000113', 700)
    await caller.dial('1000')
    await caller.established()
    await caller.digits('1')
    await ana.offer().waitFor()
    await desk.ringing()
    await desk.answer()
    await ana.button('Hold').waitFor()
    const { id } = await service.interaction(({ channel, state }) => channel === 'voice' && state === 'engaged')
    await Promise.all([desk.hears(700), caller.hears(440)])
    await page.keyboard.press('m')
    await caller.hearsNot(440)
    await page.reload()
    await ana.button('Hold').waitFor()
    await ana.button('Unmute').waitFor()
    await page.keyboard.press('m')
    await caller.hears(440)
    await ana.button('Mute').waitFor()
    await ana.button('Telephone: Phone is ready').waitFor()
    await page.keyboard.press('h')
    await ana.button('Resume').waitFor()
    await caller.hearsNot(440)
    await page.keyboard.press('h')
    await ana.button('Hold').waitFor()
    await Promise.all([desk.hears(700), caller.hears(440)])
    await expect.poll(() => page.getByText('Fetching your audio back').count(), { timeout: 15_000 }).toBe(0)
    await page.keyboard.press('e')
    await Promise.all([caller.closed(), desk.closed()])
    const story = await service.interaction((it) => it.id === id && it.state === 'ended')
    expect(story).toMatchObject({ outcome: 'answered', endedBy: 'agent', offers: 1 })
    expect(unforeseen(ana)).toEqual([])
    await ana.close()
  })
})
