import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { picture, TestBrowser } from '../peers/browser.ts'
import { CallCentre } from '../peers/call-centre.ts'
import { DeskVisitor } from '../peers/desk.ts'

let centre: CallCentre
let browser: TestBrowser

beforeAll(async () => {
  ;[centre, browser] = await Promise.all([CallCentre.start(), TestBrowser.start()])
  await centre.queue({ wrapUpMs: 60_000, wrapUpExtensionLimitMs: 300_000, ringTimeoutMs: 8_000 })
})
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await centre?.service[Symbol.asyncDispose]()
})

describe('a shift without the mouse', () => {
  it('signs in, takes a call, holds it, writes a note, wraps up, takes a break and signs out', async () => {
    const { page, problems } = await browser.visitor(centre.service.baseUrl)
    const { keyboard } = page
    const [agent] = centre.service.firstStart.agents
    await page.goto('/')
    await page.getByLabel('Username').waitFor()
    await keyboard.type('ana')
    await keyboard.press('Tab')
    await keyboard.type(agent?.password ?? '')
    await keyboard.press('Enter')
    await page.getByRole('button', { name: 'Telephone: Phone is ready' }).waitFor()

    await keyboard.press('p')
    await page.getByRole('menuitem', { name: 'Available' }).waitFor()
    await keyboard.press('ArrowDown')
    await keyboard.press('Enter')
    await page.getByRole('button', { name: 'Presence: Available' }).waitFor()
    await centre.service.agentServesCalls('ana')

    await using caller = await centre.caller('line')
    await page.getByRole('article', { name: /^Offer:/ }).waitFor()
    await keyboard.press('a')
    await page.getByRole('button', { name: 'Hold' }).waitFor()
    await keyboard.press('h')
    await page.getByRole('button', { name: 'Resume' }).waitFor()
    await caller.hearsSound()
    await keyboard.press('h')
    await page.getByRole('button', { name: 'Hold' }).waitFor()
    await keyboard.press('k')
    await page.getByRole('group', { name: 'Keys' }).waitFor()
    await keyboard.press('5')
    expect(await caller.digit()).toBe('5')
    await keyboard.press('Escape')
    await page.getByRole('group', { name: 'Keys' }).waitFor({ state: 'hidden' })
    await keyboard.press('n')
    await keyboard.type('Asked for the opening hours')
    await keyboard.press('Enter')
    await page.getByRole('log').getByText('Asked for the opening hours').waitFor()
    await keyboard.press('Escape')
    await keyboard.press('e')
    await caller.closed()
    await page.getByRole('group', { name: 'Wrap-up' }).waitFor()
    await keyboard.press('x')
    await page.getByRole('button', { name: 'Finish', exact: true }).waitFor()
    await keyboard.press('w')
    await page.getByText('All quiet').waitFor()

    await keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
    await keyboard.type('lunch')
    await keyboard.press('Enter')
    await page.getByRole('button', { name: 'Presence: Lunch' }).waitFor()
    expect(problems.filter((problem) => !problem.startsWith('Failed to load'))).toEqual([])
    await page.context().close()
  })

  it('says plainly what was missed, and leads back', async () => {
    const ana = await DeskVisitor.signIn(browser, centre.service, 'ana')
    await ana.available(centre.service, 'ana')
    await using caller = await centre.caller('line')
    await ana.offer().waitFor()
    await ana.offer().waitFor({ state: 'hidden' })
    await ana.page.getByRole('alert').getByText('You missed an offer').waitFor()
    await ana.button('Presence: Missed an offer').waitFor()
    await picture(ana.page, 'desk-missed-1280')
    await ana.button('Available again').click()
    await ana.button('Presence: Available').waitFor()
    await caller.hangup()
    await ana.close()
  })
})

describe('a browser that dies', () => {
  it('while ringing: the call goes on to the next agent, and its agent is not ready', async () => {
    const ana = await DeskVisitor.signIn(browser, centre.service, 'ana')
    await ana.available(centre.service, 'ana')
    await using caller = await centre.caller('line')
    await ana.offer().waitFor()
    await using bogdan = await centre.service.agentPhone('bogdan', 440)
    await ana.close()
    await bogdan.ringing({ timeoutMs: 20_000 })
    await centre.service.agentIs('ana', ({ presence }) => presence === 'not-ready', 20_000)
    await caller.hangup()
  })
})
