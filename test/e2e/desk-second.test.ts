import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { picture, TestBrowser } from '../peers/browser.ts'
import { CallCentre } from '../peers/call-centre.ts'
import { DeskVisitor } from '../peers/desk.ts'
import { accessibilityProblems } from '../peers/page-checks.ts'

let centre: CallCentre
let browser: TestBrowser

beforeAll(async () => {
  ;[centre, browser] = await Promise.all([CallCentre.start(), TestBrowser.start()])
  await centre.queue()
})
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await centre?.service[Symbol.asyncDispose]()
})

describe('a second desk', () => {
  it('takes over with the call and its audio, says so on the first, and gives back with one key', async () => {
    const first = await DeskVisitor.signIn(browser, centre.service, 'bogdan')
    await first.available(centre.service, 'bogdan')
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    await first.offer().waitFor()
    await first.page.keyboard.press('a')
    await first.button('Hold').waitFor()
    await first.audioGrows()
    await first.page.keyboard.press('f')
    await first.page.getByLabel('What is to be done?').fill('Send the offer')
    await first.page.getByLabel('When?').selectOption('Some day')

    const second = await DeskVisitor.signIn(browser, centre.service, 'bogdan')
    await second.button('Hold').waitFor()
    await first.page.getByRole('heading', { name: 'Your desk is open elsewhere.' }).waitFor()
    await picture(first.page, 'desk-elsewhere-1280')
    expect(await accessibilityProblems(first.page)).toEqual([])
    await second.audioGrows()
    await caller.hearsSound()
    await second.page.keyboard.press('h')
    await second.button('Resume').waitFor()
    await second.page.keyboard.press('h')
    await second.button('Hold').waitFor()

    await first.page.keyboard.press('u')
    await first.button('Hold').waitFor()
    const begun = first.page.getByRole('dialog', { name: /^Follow up/ })
    await begun.getByLabel('When?').waitFor()
    expect(await begun.getByLabel('What is to be done?').inputValue()).toBe('Send the offer')
    expect(await begun.getByLabel('When?').inputValue()).toBe('never')
    await begun.getByLabel('What is to be done?').press('Enter')
    await begun.waitFor({ state: 'hidden' })
    await first.page.getByRole('region', { name: 'To do' }).getByText('Send the offer').first().waitFor()
    await second.page.getByRole('heading', { name: 'Your desk is open elsewhere.' }).waitFor()
    await first.audioGrows()
    await first.page.keyboard.press('e')
    await caller.closed()
    expect(await centre.interactionFrom(from, ({ state }) => state === 'ended')).toMatchObject({ outcome: 'answered' })
    await Promise.all([first.close(), second.close()])
  })

  it('is also a tab that was duplicated, with all that it had stored', async () => {
    const first = await DeskVisitor.signIn(browser, centre.service, 'ana')
    await first.button(/^Presence:/).waitFor()
    const [copy] = await Promise.all([
      first.page.waitForEvent('popup'),
      first.page.evaluate("void window.open('/desk')"),
    ])
    await copy.getByRole('button', { name: /^Presence:/ }).waitFor()
    await first.page.getByRole('heading', { name: 'Your desk is open elsewhere.' }).waitFor()
    await copy.reload()
    await copy.getByRole('button', { name: /^Presence:/ }).waitFor()
    await first.close()
  })
})
