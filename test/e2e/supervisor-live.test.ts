import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { phone as phoneView, picture, TestBrowser, wide } from '../peers/browser.ts'
import { CallCentre } from '../peers/call-centre.ts'
import { DeskVisitor } from '../peers/desk.ts'
import { accessibilityProblems, overflows } from '../peers/page-checks.ts'
import { eventually } from '../peers/poll.ts'

let centre: CallCentre
let browser: TestBrowser

/** Bogdan supervises, with a telephone of his own in the page. */
beforeAll(async () => {
  ;[centre, browser] = await Promise.all([CallCentre.start(), TestBrowser.start()])
  await centre.queue({ wrapUpMs: 60_000 })
  const { items } = await centre.service.api('GET', '/api/users')
  const bogdan = items.find(({ username }: { username: string }) => username === 'bogdan')
  await centre.service.api('PATCH', `/api/users/${bogdan.id}`, { role: 'supervisor' })
})
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await centre?.service[Symbol.asyncDispose]()
})

describe('the floor', () => {
  it('shows who waits and who talks, lets a supervisor listen, speak and leave, move people and change states', async () => {
    const ana = await DeskVisitor.signIn(browser, centre.service, 'ana')
    await ana.available(centre.service, 'ana')
    const bogdan = await DeskVisitor.signIn(browser, centre.service, 'bogdan')
    const { page } = bogdan
    await bogdan.button('Telephone: Phone is ready').waitFor()
    await page.getByRole('navigation', { name: 'Desks' }).getByRole('link', { name: 'Floor' }).click()
    await page.getByRole('heading', { name: 'Floor' }).waitFor()
    const agents = page.getByRole('region', { name: 'Agents' })
    const live = page.getByRole('region', { name: 'Going on' })
    const sales = page.getByRole('region', { name: 'Queues' }).getByRole('row', { name: /^Sales/ })
    await agents.getByRole('button', { name: /Ana Ionescu.*Available/ }).waitFor()
    await picture(page, 'floor-quiet-1280')

    await using first = await centre.caller('line')
    await ana.offer().waitFor()
    await live.getByRole('button', { name: /Rings at Ana Ionescu · Sales/ }).waitFor()
    await sales.getByRole('cell', { name: '1', exact: true }).first().waitFor()
    await ana.page.keyboard.press('a')
    await ana.button('Hold').waitFor()
    await live.getByRole('button', { name: /With Ana Ionescu · Sales/ }).click()

    await page.keyboard.press('l')
    const listening = page.getByRole('group', { name: 'Listening' })
    await listening.getByRole('button', { name: 'Stop listening' }).and(page.locator(':enabled')).waitFor()
    await bogdan.audioGrows()
    await page.keyboard.press('2')
    await listening.getByRole('button', { name: 'Speak to the agent', pressed: true }).waitFor()
    await picture(page, 'floor-listening-1280')
    expect(await accessibilityProblems(page)).toEqual([])
    await page.setViewportSize(phoneView)
    expect(await overflows(page)).toEqual([])
    await picture(page, 'floor-listening-390')
    await page.setViewportSize(wide)
    await page.keyboard.press('e')
    await listening.waitFor({ state: 'hidden' })
    await ana.audioGrows()
    await first.hearsSound()

    await using second = await centre.caller('line')
    const waiting = live.getByRole('button', { name: /Waits · Sales/ })
    await waiting.click()
    await sales.getByRole('cell', { name: '1', exact: true }).first().waitFor()
    await page.keyboard.press('m')
    await page.getByRole('combobox', { name: 'To' }).fill('Support')
    const choices = page.getByRole('listbox', { name: 'To' })
    await choices.getByRole('option', { name: /^Support/ }).waitFor()
    await page.keyboard.press('Enter')
    await live.getByRole('button', { name: /Waits · Support/ }).waitFor()
    await picture(page, 'floor-moved-1280')

    await agents.getByRole('button', { name: /Ana Ionescu/ }).click()
    await page.keyboard.press('s')
    await page.getByRole('menuitem', { name: 'Lunch' }).click()
    await ana.button('Presence: Lunch').waitFor()
    await ana.button('End').click()
    await first.closed()
    await live.getByRole('button', { name: /Waits · Support/ }).click()
    await page.keyboard.press('m')
    await page.getByRole('combobox', { name: 'To' }).waitFor()
    await second.hangup()
    await page.getByText('does not wait any more').waitFor()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await live.getByText('All quiet').waitFor()
    await eventually(async () => (await sales.getByRole('cell', { name: '100%' }).count()) === 1, {
      withinMs: 15_000,
      what: "the day's service level",
    })

    await agents.getByRole('button', { name: /Ana Ionescu/ }).click()
    await bogdan.button('Log off').click()
    await bogdan.button('Log off, pages and all').click()
    await agents.getByRole('button', { name: /Ana Ionescu.*Offline/ }).waitFor()
    await ana.page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(bogdan.problems.filter((problem) => !problem.startsWith('Failed to load'))).toEqual([])
    await Promise.all([ana.close(), bogdan.close()])
  })
})
