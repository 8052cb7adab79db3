import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { phone as phoneView, picture, TestBrowser, wide } from '../peers/browser.ts'
import { DeskVisitor } from '../peers/desk.ts'
import { accessibilityProblems, overflows, underNotices } from '../peers/page-checks.ts'
import { eventually } from '../peers/poll.ts'
import { TestService } from '../peers/service.ts'
import { VisitorPage } from '../peers/visitor.ts'

let service: TestService
let browser: TestBrowser
let ana: DeskVisitor
let page: Page

beforeAll(async () => {
  ;[service, browser] = await Promise.all([TestService.start(), TestBrowser.start()])
  await service.api('PATCH', '/api/queues/sales', { wrapUpMs: 60_000, ringTimeoutMs: 60_000, overflow: [] })
  const { items } = await service.api('GET', '/api/users')
  const { id } = items.find(({ username }: { username: string }) => username === 'ana')
  await service.api('PATCH', `/api/users/${id}`, { agent: { capacity: { voice: 1, chat: 2 } } })
  await letChatsGiveWay(id)
  await service.api('PUT', '/api/widgets/chat-demo', { page: 'https://shop.example.org/help' })
  await service.api('PUT', '/api/articles/returns', { audience: 'public' })
  const article = { language: 'en', title: 'Returning a parcel', body: 'Send it back within 30 days.' }
  const { n } = await service.api('POST', '/api/articles/returns/revisions', article)
  await service.api('POST', '/api/articles/returns/publish', { language: 'en', n })
  ana = await DeskVisitor.signIn(browser, service, 'ana')
  page = ana.page
  await ana.available(service, 'ana')
})
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await service?.[Symbol.asyncDispose]()
})

/** As an admin does in the page. */
async function letChatsGiveWay(userId: string): Promise<void> {
  const admin = await DeskVisitor.open(browser, service, service.firstStart.admin)
  await admin.page.goto(`/admin/users/${userId}`)
  await admin.page.getByRole('switch', { name: 'Chats give way to a call' }).check()
  await admin.page.keyboard.press('Control+s')
  await admin.page.getByText('Saved').first().waitFor()
  await admin.close()
}

const rowsOf = (group: string) => page.getByRole('region', { name: group }).getByRole('button')
const isCounted = (group: string, count: number) =>
  expect.poll(() => rowsOf(group).count(), { timeout: 30_000 }).toBe(count)
const composer = () => page.getByLabel('Reply to the customer')
const composerHas = (text: string) =>
  eventually(async () => (await composer().inputValue()) === text, { withinMs: 15_000, what: `“${text}” in the reply` })

const byKey = () => page.keyboard.press('a')

async function chatTaken(words: string, answer: () => Promise<void> = byKey): Promise<VisitorPage> {
  const visitor = await VisitorPage.open(service.baseUrl)
  visitor.say({ begin: true })
  await visitor.reads('How can we help you?')
  await visitor.write('Sales', { button: '1' })
  await ana.offer().waitFor()
  await answer()
  await visitor.is('talking')
  await visitor.write(words)
  await page.getByRole('log').getByText(words).waitFor()
  return visitor
}

/** What Ctrl K finds first by these words. */
async function command(words: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Find a customer or command' }).fill(words)
  await page.getByRole('option', { name: words }).first().waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}

describe('work at the desk', () => {
  let first: VisitorPage

  it('keeps what was begun in one conversation while another is open, also when that is offered in mid-word', async () => {
    await page.setViewportSize(phoneView)
    first = await chatTaken('Can I send it back?')
    await page.keyboard.press('r')
    await page.keyboard.type('Half a ')
    await chatTaken('Do you deliver on Sundays?', async () => {
      await page.keyboard.type('thou')
      await composerHas('Half a thou')
      await picture(page, 'desk-offer-while-writing-390')
      expect(await overflows(page)).toEqual([])
      expect(await accessibilityProblems(page)).toEqual([])
      await ana.button('Answer').click()
    })
    await composerHas('')
    await page.setViewportSize(wide)
    await page.keyboard.press('Alt+ArrowUp')
    await page.getByRole('log').getByText('Can I send it back?').waitFor()
    await composerHas('Half a thou')
    await composer().fill('')
  })

  it('finds an article at a question mark, from the page and from the reply, and puts it into the reply', async () => {
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await composer().press('?')
    await page.getByRole('combobox', { name: 'Find an article' }).fill('parcel')
    await page.getByRole('option', { name: 'Returning a parcel' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await picture(page, 'desk-find-article-1280')
    await page.keyboard.press('Enter')
    await ana.button('Put into the reply').click()
    await composerHas('Send it back within 30 days.')
    // In the middle of a sentence it is a question mark.
    await composer().press('End')
    await composer().press('?')
    await composerHas('Send it back within 30 days.?')
  })

  it('sets apart who has an answer and thinks about it, and leaves open what is open', async () => {
    await isCounted('Live', 2)
    await composer().press('Enter')
    await isCounted('Waiting for the customer', 1)
    await isCounted('Live', 1)
    await page.getByRole('log').getByText('Can I send it back?').waitFor()
    await page.reload()
    await isCounted('Waiting for the customer', 1)
    await picture(page, 'desk-waiting-1280')
    expect(await accessibilityProblems(page)).toEqual([])
    await first.write('And after that?')
    await isCounted('Live', 2)
  })

  it('shows what gives way to a call, and does to the call whatever is named', async () => {
    await ana.button('Telephone: Phone is ready').waitFor()
    await service.agentServesCalls('ana')
    await using caller = await service.caller('+40721000113', 700)
    await caller.dial('1000')
    await caller.established()
    await caller.digits('1')
    await ana.offer().waitFor()
    await page.keyboard.press('a')
    await ana.button('Hold').waitFor()
    await expect
      .poll(() => rowsOf('Live').filter({ hasText: 'Paused for your call' }).count(), { timeout: 30_000 })
      .toBe(2)
    // A hold that is slow on its way is taken back before it has arrived.
    const isTakenBack = () => ana.button('Hold').waitFor()
    await page.route('**/hold', (route) => isTakenBack().then(() => route.continue()), { times: 1 })
    await command('Hold')
    await ana.button('Resume').waitFor()
    await command('Resume')
    await isTakenBack()
    await command('Mute')
    await ana.button('Unmute').waitFor()
    await rowsOf('Live').filter({ hasText: 'Paused for your call' }).first().click()
    await page.getByRole('group').getByText('Paused for your call').waitFor()
    await picture(page, 'desk-paused-1280')
    expect(await accessibilityProblems(page)).toEqual([])

    await rowsOf('Live').filter({ hasText: 'Phone' }).click()
    await page.keyboard.press('c')
    const link = page.getByLabel('Link for the customer')
    await expect.poll(() => link.inputValue(), { timeout: 30_000 }).toContain('#centralita=')
    expect(await accessibilityProblems(page)).toEqual([])
    await picture(page, 'desk-chat-link-1280')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.setViewportSize(phoneView)
    await picture(page, 'desk-chat-link-button-390')
    expect(await overflows(page)).toEqual([])
    await page.setViewportSize(wide)
    await page.keyboard.press('c')
    await expect.poll(() => link.inputValue(), { timeout: 30_000 }).toContain('#centralita=')
    await caller.hangup()
    await page.getByRole('dialog').getByText('The call is over.').waitFor()
    expect(await link.inputValue()).toContain('#centralita=')
    await picture(page, 'desk-chat-link-over-1280')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await ana.button('Finish').click()
    await expect
      .poll(() => rowsOf('Live').filter({ hasText: 'Paused for your call' }).count(), { timeout: 30_000 })
      .toBe(0)
  })

  it('stands beside the goals that a supervisor sets', async () => {
    const { page: floor, context } = await browser.visitor(service.baseUrl)
    const { username, password } = service.firstStart.admin
    await context.request.post('/api/sessions', { data: { username, password } })
    await floor.goto('/floor')
    await floor.getByRole('button', { name: 'Goals' }).click()
    await floor.getByLabel('Contacts handled, at least').fill('31')
    await floor.getByLabel('Average handling time, at most').fill('4.5')
    expect(await accessibilityProblems(floor)).toEqual([])
    await picture(floor, 'floor-goals-1280')
    await floor.getByRole('button', { name: 'Save' }).click()
    await floor.getByRole('dialog').waitFor({ state: 'hidden' })
    await context.close()
    await page.reload()
    const today = page.locator('dl').filter({ hasText: 'Handled' })
    await expect.poll(() => today.innerText(), { timeout: 30_000 }).toMatch(/1\s*\/\s*31[^]*\/\s*4:30/)
    await picture(page, 'desk-goals-1280')
    expect(await accessibilityProblems(page)).toEqual([])
  })

  it('says what was not sent when the visitor has gone, and keeps the note when the conversation leaves the desk', async () => {
    await rowsOf('Live').first().click()
    await page.getByRole('log').getByText('And after that?').waitFor()
    await composer().fill('We still have')
    first.say({ leave: true })
    await page.getByRole('status').getByText('We still have').waitFor()
    await picture(page, 'desk-not-sent-1280')
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByLabel('Note for colleagues').fill('Left in the middle')
    const { id } = await service.interaction(({ channel, wrappingUp }) => channel === 'chat' && wrappingUp)
    await service.api('POST', `/api/interactions/${id}/wrap-up`, { action: 'finish' }, 'ana')
    await page.getByText('was saved as far as you had come: “Left in the middle”').waitFor()
    const notices = page.locator('.mantine-Notifications-root')
    await notices.getByText('for the conversation is over: “We still have”').waitFor()
    await picture(page, 'desk-notices-1280')
    expect(await underNotices(page, 'aside[aria-label=Work], main section[aria-label^=Conversation]')).toEqual([])
    await page.setViewportSize(phoneView)
    await notices.getByText('for the conversation is over: “We still have”').waitFor()
    await picture(page, 'desk-notices-390')
    expect(await underNotices(page, 'main')).toEqual([])
    expect(await accessibilityProblems(page)).toEqual([])
    await page.setViewportSize(wide)
    const { notes } = await service.api('GET', `/api/interactions/${id}`)
    expect(notes.map(({ text }: { text: string }) => text)).toEqual(['Left in the middle'])
  })
})
