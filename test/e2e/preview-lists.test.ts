import { afterAll, beforeAll, expect, it } from 'vitest'
import { phone as phoneView, picture, TestBrowser, wide } from '../peers/browser.ts'
import { CallCentre } from '../peers/call-centre.ts'
import { DeskVisitor } from '../peers/desk.ts'
import { chooseInMenu, overflowsInAnyLanguage } from '../peers/languages.ts'
import { accessibilityProblems, overflows } from '../peers/page-checks.ts'
import { startPhone } from '../peers/phone.ts'
import { phonePort } from '../peers/phone-port.ts'
import { trunkTo } from '../peers/trunk.ts'

let centre: CallCentre
let browser: TestBrowser
let outsidePort: number

beforeAll(async () => {
  outsidePort = await phonePort()
  ;[centre, browser] = await Promise.all([
    CallCentre.start({
      asterisk: { custom: { 'pjsip.conf': trunkTo(outsidePort) } },
      env: { OUTBOUND_DIAL: 'PJSIP/{number}@trunk' },
    }),
    TestBrowser.start(),
  ])
  await centre.queue({ wrapUpMs: 60_000 })
})
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await centre?.service[Symbol.asyncDispose]()
})

it('an admin fills a list in the browser; an agent sees the next customer, calls, promises another call, and skips', async () => {
  const [first, second] = [centre.newCaller(), centre.newCaller()]
  const admin = await DeskVisitor.open(browser, centre.service, centre.service.firstStart.admin)
  const setup = admin.page
  await setup.goto('/admin/lists')
  await setup.getByRole('heading', { name: 'Call lists' }).waitFor()
  await setup.keyboard.press('n')
  await setup.getByLabel('Name').fill('Renewals')
  await setup.getByLabel('Queue', { exact: true }).selectOption('Sales')
  await setup.getByRole('switch', { name: 'The list runs' }).check()
  await setup.keyboard.press('Control+s')
  await setup.getByRole('heading', { name: 'Renewals' }).waitFor()
  const csv = `Phone,Name\n${first},Maria Dinu\n${second},Ion Rusu\n12,Nobody\n`
  const file = { name: 'renewals.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) }
  await setup.getByLabel('Table of customers').setInputFiles(file)
  await setup.getByText('Added: 2.').waitFor()
  await setup.getByText('Row 4: 12 – that is no whole telephone number').waitFor()
  await setup.getByRole('cell', { name: /Maria Dinu/ }).waitFor()
  expect(await accessibilityProblems(setup)).toEqual([])
  await picture(setup, 'list-filled-1280')
  await setup.setViewportSize(phoneView)
  expect(await overflows(setup)).toEqual([])
  await picture(setup, 'list-filled-390')
  await setup.setViewportSize(wide)

  const ana = await DeskVisitor.signIn(browser, centre.service, 'ana')
  const { page } = ana
  await ana.available(centre.service, 'ana')
  const next = page.getByRole('region', { name: 'Next customer' })
  await next.getByText('Somebody is to be called.').waitFor()
  await page.keyboard.press('g')
  const card = next.getByRole('article', { name: 'To call: Maria Dinu' })
  await card.getByText('Nobody has called them yet.').waitFor()
  await page.getByRole('heading', { name: 'Maria Dinu' }).waitFor()
  expect(await accessibilityProblems(page)).toEqual([])
  expect(await overflowsInAnyLanguage(page, 'desk-next-customer', chooseInMenu)).toEqual([])
  await page.setViewportSize(phoneView)
  await page.getByRole('navigation', { name: 'Parts of the desk' }).getByRole('button', { name: /^Work/ }).click()
  await card.waitFor()
  expect(await overflows(page)).toEqual([])
  expect(await accessibilityProblems(page)).toEqual([])
  await picture(page, 'desk-next-customer-390')
  await page.setViewportSize(wide)

  const { sipHost: host, sipPort: port } = centre.service.asterisk
  await using customer = await startPhone({ host, port, toneHz: 700, callerNumber: first, listenPort: outsidePort })
  await page.keyboard.press('c')
  await customer.ringing({ timeoutMs: 20_000 })
  await customer.answer()
  await ana.button('Hold').waitFor()
  await ana.audioGrows()
  await card.getByText('You are calling them now.').waitFor()
  await page.keyboard.press('o')
  const promise = page.getByRole('dialog', { name: 'When to call Maria Dinu' })
  await promise.getByLabel('Note').fill('After lunch')
  await customer.hangup()
  await card.waitFor({ state: 'detached' })
  expect(await accessibilityProblems(page)).toEqual([])
  await page.keyboard.press('Enter')
  await promise.waitFor({ state: 'hidden' })
  await page.keyboard.press('w')

  await next.getByText('Somebody is to be called.').waitFor()
  await page.keyboard.press('g')
  await next.getByRole('article', { name: 'To call: Ion Rusu' }).waitFor()
  await page.keyboard.press('i')
  const skip = page.getByRole('dialog', { name: 'Skip' })
  await skip.getByLabel('Note').fill('Wrote it down elsewhere')
  const { entry } = await centre.service.api('GET', '/api/me/preview', undefined, 'ana')
  await centre.service.api('POST', `/api/me/preview/${entry.id}/give-back`, undefined, 'ana')
  await next.getByRole('article').waitFor({ state: 'detached' })
  expect(await skip.getByLabel('Note').inputValue()).toBe('Wrote it down elsewhere')
  await page.keyboard.press('Escape')
  await skip.waitFor({ state: 'hidden' })
  await page.keyboard.press('g')
  await next.getByRole('article', { name: 'To call: Ion Rusu' }).waitFor()
  await page.keyboard.press('i')
  await skip.getByLabel('Why?').selectOption('Does not want to be called')
  expect(await accessibilityProblems(page)).toEqual([])
  await skip.getByRole('button', { name: 'Skip this customer' }).click()
  await next.getByText('Nobody is to be called right now.').waitFor()
  await page.getByText(/Asked not to be called/).waitFor()

  // The admin's page comes to it by itself.
  const [maria, ion] = [/Maria Dinu/, /Ion Rusu/].map((name) => setup.getByRole('row', { name }))
  await expect.poll(() => maria?.innerText(), { timeout: 30_000 }).toContain('Waits · reached')
  await expect.poll(() => ion?.innerText(), { timeout: 30_000 }).toContain('Left out')
  await maria?.getByText(/^Steps:/).click()
  await maria?.getByText(/a call was promised.*Ana Ionescu.*After lunch/).waitFor()
  await picture(setup, 'list-worked-1280')
  expect(admin.problems.filter((problem) => !problem.startsWith('Failed to load'))).toEqual([])
  await admin.close()
  await ana.close()
})
