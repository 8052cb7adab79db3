import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { picture, TestBrowser } from '../peers/browser.ts'
import { CallCentre } from '../peers/call-centre.ts'
import { DeskVisitor } from '../peers/desk.ts'
import { accessibilityProblems, overflows } from '../peers/page-checks.ts'

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

/** Written in a field that goes in the middle of the word: the second letter would have finished the wrap-up. */
const wordInTwo = `(() => {
  const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  document.querySelector('textarea').focus()
  press('a')
  document.activeElement.blur()
  press('w')
})()`

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

  it('keeps promises, looks customers and articles up, and says how it came out from the lists that admins keep', async () => {
    const { service } = centre
    await service.api('PUT', '/api/dispositions/refund', { name: 'Refund promised' })
    await service.api('PUT', '/api/tags/vip', { name: 'Important' })
    await service.api('PUT', '/api/articles/returns', { audience: 'internal' })
    const text = { language: 'en', title: 'How returns work', body: 'Within 30 days, in the box.' }
    const { n } = await service.api('POST', '/api/articles/returns/revisions', text)
    await service.api('POST', '/api/articles/returns/publish', { language: 'en', n })
    const from = centre.newCaller()
    await service.api('POST', '/api/customers', {
      name: 'Radu Marin',
      identities: [{ kind: 'email', value: 'radu@example.org' }],
    })
    const ana = await DeskVisitor.signIn(browser, service, 'ana')
    const { page } = ana
    const { keyboard } = page
    await ana.available(service, 'ana')
    await using caller = await centre.caller('line', from)
    await ana.offer().waitFor()
    await keyboard.press('a')
    await ana.button('Hold').waitFor()

    await keyboard.press('f')
    await page.getByLabel('What is to be done?').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await keyboard.type('Send the new invoice')
    await keyboard.press('Enter')
    const toDo = page.getByRole('region', { name: 'To do' })
    await toDo.getByText('Send the new invoice').first().waitFor()
    await service.api('POST', '/api/tasks', { title: 'Ask about the boots', dueAt: new Date().toISOString() }, 'ana')
    await page.getByText('Due now: Ask about the boots').waitFor()

    await keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
    await keyboard.type('Radu')
    await page.getByRole('option', { name: /Radu Marin/ }).waitFor()
    await picture(page, 'desk-palette-found-1280')
    await keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Radu Marin' }).waitFor()
    await picture(page, 'desk-looked-up-1280')
    expect(await accessibilityProblems(page)).toEqual([])
    await ana.button('Back to the conversation').click()
    await page.getByRole('heading', { name: 'Radu Marin' }).waitFor({ state: 'hidden' })
    await keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
    await keyboard.type('returns')
    await page.getByRole('option', { name: /How returns work/ }).waitFor()
    await keyboard.press('Enter')
    await page.getByText('Within 30 days, in the box.').waitFor()
    await picture(page, 'desk-article-1280')
    expect(await accessibilityProblems(page)).toEqual([])
    await keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })

    await keyboard.press('t')
    const chosen = page.getByRole('dialog').getByRole('option', { selected: true })
    await page.getByRole('option', { name: /^Sales/ }).click()
    await service.api('PUT', '/api/me/presence', { presence: 'available' }, 'citra')
    await page.getByRole('option').first().getByText('Citra').waitFor()
    expect(await chosen.innerText()).toMatch(/^Sales/)
    await service.api('PUT', '/api/me/presence', { presence: 'offline' }, 'citra')
    await page.getByLabel('Note for whoever gets it').fill('Wants it in writing')
    await caller.hangup()
    await page.getByText('What you wrote is among the notes').waitFor()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.evaluate(wordInTwo)
    await page.getByLabel('How did it come out?').selectOption('Refund promised')
    await page.getByLabel('Tags', { exact: true }).first().click()
    await page.getByRole('option', { name: 'Important' }).click()
    await picture(page, 'desk-wrap-up-lists-1280')
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await overflows(page)).toEqual([])
    await ana.button('Follow up').click()
    await page.getByLabel('What is to be done?').fill('Ask whether it came')
    // As the timer does: what was being written then is kept, and what is being written stays.
    const { id } = await centre.interactionFrom(from)
    await service.api('POST', `/api/interactions/${id}/wrap-up`, { action: 'finish' }, 'ana')
    await page.getByText('was saved as far as you had come: “Wants it in writing”').waitFor()
    await keyboard.press('Enter')
    await toDo.getByText('Ask whether it came').first().waitFor()
    await page.getByText('All quiet').waitFor()
    await page.getByRole('checkbox', { name: 'Done: Send the new invoice' }).click()
    await page.getByRole('checkbox', { name: 'Done: Send the new invoice' }).waitFor({ state: 'hidden' })
    const { disposition } = await centre.interactionFrom(from, (it) => it.disposition !== null)
    expect(disposition).toBe('refund')
    expect(await service.api('GET', `/api/interactions/${id}/tags`)).toEqual({ tags: ['vip'] })
    const { notes } = await service.api('GET', `/api/interactions/${id}`)
    expect(notes.map(({ text }: { text: string }) => text)).toEqual(['Wants it in writing'])
    await ana.close()
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
