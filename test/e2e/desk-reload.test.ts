import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestBrowser } from '../peers/browser.ts'
import { CallCentre } from '../peers/call-centre.ts'
import { DeskVisitor } from '../peers/desk.ts'

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

describe('a page that is loaded again during a call', () => {
  it('gets the call back with its audio, and controls it as before', async () => {
    const ana = await DeskVisitor.signIn(browser, centre.service, 'ana')
    await ana.available(centre.service, 'ana')
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    await ana.offer().waitFor()
    await ana.page.keyboard.press('a')
    await ana.button('Hold').waitFor()
    await ana.audioGrows()
    await ana.page.reload()
    await ana.button('Hold').waitFor()
    await ana.audioGrows()
    await caller.hearsSound()
    await ana.page.keyboard.press('h')
    await ana.button('Resume').waitFor()
    await ana.page.keyboard.press('h')
    await ana.button('Hold').waitFor()
    await ana.page.keyboard.press('e')
    await caller.closed()
    expect(await centre.interactionFrom(from, ({ state }) => state === 'ended')).toMatchObject({ outcome: 'answered' })
    await ana.close()
  })
})
