import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { picture, phone as phoneView, TestBrowser, wide } from '../peers/browser.ts'
import { CallCentre } from '../peers/call-centre.ts'
import { DeskVisitor } from '../peers/desk.ts'

let centre: CallCentre
let browser: TestBrowser

beforeAll(async () => {
  ;[centre, browser] = await Promise.all([CallCentre.start(), TestBrowser.start()])
  await centre.queue({ wrapUpMs: 60_000, wrapUpExtensionLimitMs: 300_000 })
})
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await centre?.service[Symbol.asyncDispose]()
})

describe('a call at the desk', () => {
  it('rings in the browser, is answered, held, noted, ended and wrapped up', async () => {
    const ana = await DeskVisitor.signIn(browser, centre.service, 'ana')
    const { page } = ana
    await picture(page, 'desk-offline-1280')
    await ana.available(centre.service, 'ana')
    await picture(page, 'desk-quiet-1280')
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    await ana.offer().waitFor()
    await picture(page, 'desk-offer-1280')
    await page.keyboard.press('a')
    await ana.button('Hold').waitFor()
    await ana.audioGrows()
    await caller.hearsSound()
    await page.getByLabel('Note for colleagues').fill('Wants the invoice again, new address')
    await page.keyboard.press('Enter')
    await page.getByRole('log').getByText('Wants the invoice again, new address').waitFor()
    await picture(page, 'desk-call-1280')
    await page.setViewportSize(phoneView)
    await picture(page, 'desk-call-390')
    await page.setViewportSize(wide)
    await page.keyboard.press('Escape')
    await page.keyboard.press('h')
    await ana.button('Resume').waitFor()
    await picture(page, 'desk-held-1280')
    await page.keyboard.press('h')
    await ana.button('Hold').waitFor()
    await ana.audioGrows()
    await ana.button('End').click()
    await caller.closed()
    await page.getByRole('group', { name: 'Wrap-up' }).waitFor()
    await picture(page, 'desk-wrap-up-1280')
    await page.getByLabel('How did it come out?').fill('solved')
    await ana.button('Finish').click()
    await page.getByText('All quiet').waitFor()
    const story = await centre.interactionFrom(from, ({ wrappingUp }) => !wrappingUp)
    expect(story).toMatchObject({ outcome: 'answered', disposition: 'solved', endedBy: 'agent' })
    // Of requests that were refused the page has told already.
    expect(ana.problems.filter((problem) => !problem.startsWith('Failed to load'))).toEqual([])
    await ana.close()
  })
})
