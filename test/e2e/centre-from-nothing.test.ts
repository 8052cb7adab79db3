import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { picture, TestBrowser, type Visitor } from '../peers/browser.ts'
import { audioGrows, keepConnections } from '../peers/desk.ts'
import { chooseBelow, overflowsInAnyLanguage } from '../peers/languages.ts'
import { accessibilityProblems } from '../peers/page-checks.ts'
import { TestService, type Answer } from '../peers/service.ts'
import { startSipCaller } from '../peers/sip-caller.ts'

const flows = mkdtempSync(join(tmpdir(), 'ct-no-flows-'))
let service: TestService
let browser: TestBrowser

/** No demo organisation, no flow, nobody but the admin. */
beforeAll(async () => {
  ;[service, browser] = await Promise.all([TestService.start({ flows, env: { DEMO: 'off' } }), TestBrowser.start()])
})
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await service?.[Symbol.asyncDispose]()
  rmSync(flows, { recursive: true, force: true })
})

/** Somebody in front of a page: what they read and press. */
class Person {
  readonly page: Page
  readonly visitor: Visitor
  constructor(visitor: Visitor) {
    this.visitor = visitor
    this.page = visitor.page
  }

  static async signIn(username: string, password: string): Promise<Person> {
    const visitor = await browser.visitor(service.baseUrl)
    await visitor.context.addInitScript(keepConnections)
    const person = new Person(visitor)
    await visitor.page.goto('/')
    await person.fill('Username', username)
    await person.fill('Password', password)
    await visitor.page.keyboard.press('Enter')
    return person
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true })
  }

  async fill(label: string, text: string): Promise<void> {
    await this.field(label).fill(text)
  }

  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name, exact: typeof name === 'string' }).click()
  }

  /** To one of the places that setting up consists of. */
  async goTo(place: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Setup' }).getByRole('link', { name: place, exact: true }).click()
    await this.page.getByRole('heading', { name: place, exact: true, level: 1 }).waitFor()
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+s')
  }

  /** A row of a list, once it is there. */
  async sees(name: string): Promise<void> {
    await this.page.getByRole('link', { name, exact: true }).waitFor()
  }
}

async function makeAgent(admin: Person, name: string, username: string): Promise<string> {
  await admin.goTo('People')
  await admin.press('New person')
  await admin.fill('Name', name)
  await admin.fill('Username', username)
  await admin.field('Repairs').check()
  await admin.save()
  const password = await admin.field('One-time password').textContent()
  await admin.press('Done')
  await admin.sees(name)
  return password ?? ''
}

describe('from an empty database, in the browser alone', () => {
  it('hours, a queue, two agents, a flow and a number are set up, and a call is received with them', async () => {
    const admin = await Person.signIn('admin', service.firstStart.admin.password)
    const { page } = admin
    await page.getByRole('heading', { name: 'Set up your contact centre' }).waitFor()
    await picture(page, 'admin-first-steps-1280')

    await admin.goTo('Hours')
    await admin.press('New hours')
    await admin.fill('Name', 'Workshop')
    await admin.fill('Time zone', 'Europe/Bucharest')
    for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])
      await admin.fill(day, '0-24')
    await admin.press('Add a holiday')
    await page.getByRole('group', { name: 'Holidays' }).getByLabel('Name').fill('New Year')
    await admin.fill('Day', '02-30')
    await admin.save()
    await page.getByText('use a day that exists').first().waitFor()
    await admin.fill('Day', '01-01')
    await admin.save()
    await admin.sees('Workshop')

    await admin.goTo('Queues')
    await admin.press('New queue')
    await admin.fill('Name', 'Repairs')
    await admin.field('Open during').selectOption('Workshop')
    await admin.fill('Wrap-up', '0')
    await admin.save()
    await admin.sees('Repairs')

    const password = await makeAgent(admin, 'Ioana Pop', 'ioana')
    await makeAgent(admin, 'Radu Ilie', 'radu')

    await admin.goTo('Flows')
    await admin.press('New flow')
    await admin.fill('Name', 'Front desk')
    await admin.save()
    const text = admin.field('Text of the flow')
    const begun = await text.inputValue()
    expect(begun).toContain('queue: repairs')
    await text.fill(begun.replace('next: person', 'next: persn'))
    const finding = page
      .getByRole('region', { name: 'Findings' })
      .getByRole('button', { name: /^Line \d+, column \d+/ })
    await finding.first().waitFor()
    await picture(page, 'admin-flow-findings-1280')
    await finding.first().click()
    expect(await text.evaluate((area) => area.ownerDocument.activeElement === area)).toBe(true)
    await admin.save()
    await page.getByRole('status').getByText('Draft saved').waitFor()
    // Hours decide before the queue does.
    const whole = begun
      .replace('start: hello', 'start: hours')
      .replace('nodes:\n', 'nodes:\n  hours:\n    hours: workshop\n    on: { open: hello, closed: message }\n\n')
    await text.fill(whole)
    await page.getByText('Nothing is wrong with it.').waitFor()
    await admin.press('Publish')
    await page.getByRole('status').getByText('Version 1 is published').waitFor()
    await page
      .getByRole('region', { name: 'Versions' })
      .getByText(/^Published by admin/)
      .waitFor()

    await admin.goTo('Numbers')
    await admin.press('New number')
    await admin.fill('Number or address', '3000')
    await admin.field('If the flow breaks').selectOption('Repairs')
    await admin.save()
    await admin.sees('3000')
    await page.getByRole('link', { name: 'First steps' }).click()
    await page.getByText('Everything is there').waitFor()

    const ioana = await Person.signIn('ioana', password)
    await ioana.page.getByRole('heading', { name: 'Choose your password' }).waitFor()
    expect(await accessibilityProblems(ioana.page)).toEqual([])
    expect(await overflowsInAnyLanguage(ioana.page, 'choose-password', chooseBelow)).toEqual([])
    await ioana.fill('Current password', password)
    await ioana.fill('New password', 'known to Ioana alone')
    await ioana.press('Change password')
    await ioana.page.getByRole('button', { name: 'Telephone: Phone is ready' }).waitFor()
    await ioana.press(/^Presence:/)
    await ioana.page.getByRole('menuitem', { name: 'Available' }).click()
    await ioana.page.getByRole('button', { name: 'Presence: Available' }).waitFor()

    const { sipHost: host, sipPort: port } = service.asterisk
    await using caller = await startSipCaller({
      ...{ host, port, number: '3000', callerNumber: '+40722123456' },
      behaviour: { does: 'wait-for-bye' },
      keys: { keys: '1', by: 'info', afterMs: 3_000 },
      timeoutMs: 120_000,
    })
    await ioana.page.getByRole('article', { name: /^Offer:/ }).waitFor({ timeout: 60_000 })
    await ioana.page.keyboard.press('a')
    await ioana.page.getByRole('button', { name: 'Hold', exact: true }).waitFor()
    await audioGrows(ioana.page)
    await ioana.press('End')
    expect(await caller.result).toMatchObject({ successful: 1 })
    await ioana.page.getByText('All quiet').waitFor()
    for (const { problems } of [admin.visitor, ioana.visitor])
      expect(problems.filter((problem) => !problem.startsWith('Failed to load'))).toEqual([])
  })

  it('a flow is published again, compared with what it was, and rolled back', async () => {
    const admin = await Person.signIn('admin', service.firstStart.admin.password)
    const { page } = admin
    await page.getByRole('heading', { name: 'Set up your contact centre' }).waitFor()
    await admin.goTo('Flows')
    await page.getByRole('link', { name: 'front-desk' }).click()
    const text = admin.field('Text of the flow')
    await text.fill((await text.inputValue()).replace('Thank you. Goodbye.', 'See you soon.'))
    await page.getByText('Nothing is wrong with it.').waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('status').getByText('Version 2 is published').waitFor()
    const first = page.getByRole('region', { name: 'Versions' }).getByRole('listitem').filter({ hasText: 'Version 1' })
    await first.getByRole('button', { name: 'Compare' }).click()
    const comparison = page.getByRole('region', { name: 'Compared with version 1' })
    await comparison.getByText('See you soon.').waitFor()
    await comparison.getByText('Thank you. Goodbye.').waitFor()
    await picture(page, 'admin-flow-comparison-1280')
    await first.getByRole('button', { name: 'Roll back' }).click()
    await first.getByText('Published', { exact: true }).waitFor()
  })

  it('two admins who edit the same queue are told of each other, and lose nothing', async () => {
    const { password } = service.firstStart.admin
    const [one, other] = await Promise.all([Person.signIn('admin', password), Person.signIn('admin', password)])
    for (const { page } of [one, other]) {
      await page.getByRole('link', { name: 'Queues' }).first().click()
      await page.getByRole('link', { name: 'Repairs' }).click()
    }
    await one.fill('Ring for', '15')
    await one.save()
    await one.sees('Repairs')
    await other.fill('Wrap-up', '25')
    await other.save()
    await other.page.getByRole('alert').getByText('admin saved this before you').waitFor()
    await picture(other.page, 'admin-overtaken-1280')
    await other.press('Save mine on top')
    await other.sees('Repairs')
    const queue = await service.api('GET', '/api/queues/repairs')
    expect(queue).toMatchObject({ ringTimeoutMs: 15_000, wrapUpMs: 25_000 })
  })

  it('the sheet of skills is filled in on the keyboard', async () => {
    const admin = await Person.signIn('admin', service.firstStart.admin.password)
    const { page } = admin
    await page.getByRole('heading', { name: 'Set up your contact centre' }).waitFor()
    await admin.goTo('Skills')
    await page.keyboard.press('n')
    await admin.fill('Name', 'Romanian')
    await admin.save()
    const cell = page.getByRole('gridcell', { name: 'Ioana Pop, Romanian: –' })
    await cell.focus()
    await page.keyboard.press('4')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('2')
    await admin.save()
    await page.getByRole('status').getByText('Saved.').waitFor()
    const { items } = await service.api('GET', '/api/users')
    const levels = items.map(({ username, agent }: Answer) => [username, agent?.skills ?? null])
    expect(levels).toEqual([
      ['admin', null],
      ['ioana', { romanian: 4 }],
      ['radu', { romanian: 2 }],
    ])
  })
})
