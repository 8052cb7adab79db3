import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { phone as phoneView, picture, TestBrowser, wide } from '../peers/browser.ts'
import { CallCentre } from '../peers/call-centre.ts'
import { DeskVisitor } from '../peers/desk.ts'
import { chooseInMenu, languages } from '../peers/languages.ts'
import { accessibilityProblems, overflows } from '../peers/page-checks.ts'
import type { Phone } from '../peers/phone.ts'
import { wavFile } from '../peers/wav.ts'

let centre: CallCentre
let browser: TestBrowser
let ana: DeskVisitor
let caller: Phone

/** A desk in the middle of a call. */
beforeAll(async () => {
  ;[centre, browser] = await Promise.all([CallCentre.start(), TestBrowser.start()])
  await centre.queue({ wrapUpMs: 60_000 })
  ana = await DeskVisitor.signIn(browser, centre.service, 'ana')
  await ana.available(centre.service, 'ana')
  caller = await centre.caller('line')
  await ana.offer().waitFor()
  await ana.page.keyboard.press('a')
  await ana.button('Hold').waitFor()
})
afterAll(async () => {
  await caller?.[Symbol.asyncDispose]()
  await browser?.[Symbol.asyncDispose]()
  await centre?.service[Symbol.asyncDispose]()
})

async function inDark(page: Page, look: () => Promise<void>): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor()
  await look()
  await page.emulateMedia({ colorScheme: 'light' })
  await page.locator('html[data-mantine-color-scheme=light]').waitFor()
}

describe('what axe finds', () => {
  it('nothing serious on the sign-in page', async () => {
    const { page, context } = await browser.visitor(centre.service.baseUrl)
    await page.goto('/')
    await page.getByLabel('Username').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await inDark(page, async () => expect(await accessibilityProblems(page)).toEqual([]))
    await context.close()
  })

  it('nothing serious at the desk during a call, light and dark', async () => {
    expect(await accessibilityProblems(ana.page)).toEqual([])
    await inDark(ana.page, async () => {
      expect(await accessibilityProblems(ana.page)).toEqual([])
      await picture(ana.page, 'desk-call-1280-dark')
    })
  })

  it('nothing serious in any dialog', async () => {
    const { page } = ana
    const dialogs = [
      { open: () => page.keyboard.press('Control+k'), name: 'desk-palette' },
      { open: () => page.keyboard.press('t'), name: 'desk-hand-on' },
      { open: () => page.keyboard.press('c'), name: 'desk-chat-link' },
      { open: () => page.getByRole('button', { name: /^Telephone:/ }).click(), name: 'desk-phone-settings' },
    ]
    for (const { open, name } of dialogs) {
      await open()
      await page.getByRole('dialog').waitFor()
      expect(await accessibilityProblems(page), name).toEqual([])
      await picture(page, name)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
  })
})

/** Of an `audio` element, as far as it is used here. */
type Player = {
  readonly duration: number
  readonly error: { readonly message: string } | null
  preload: string
  load(): void
  addEventListener(kind: string, listener: () => void): void
}

/** What supervisors and admins have besides a desk, by address. */
const otherPages = [
  '/floor',
  '/admin',
  '/admin/hours',
  '/admin/hours/new',
  '/admin/queues',
  '/admin/queues/sales',
  '/admin/users',
  '/admin/users/new',
  '/admin/skills',
  '/admin/flows',
  '/admin/flows/line',
  '/admin/sounds',
  '/admin/numbers/new',
  '/admin/numbers/chat-site',
  '/admin/lists/new',
  '/admin/reasons',
  '/admin/sign-in',
] as const

describe('the floor and the pages for setting up', () => {
  let page: Page
  beforeAll(async () => {
    const visitor = await browser.visitor(centre.service.baseUrl)
    page = visitor.page
    const { username, password } = centre.service.firstStart.admin
    await visitor.context.request.post('/api/sessions', { data: { username, password } })
    const site = { id: 'chat-site', channel: 'chat', address: 'site', flowId: 'line', fallbackQueueId: 'sales' }
    await centre.service.api('POST', '/api/entry-points', site)
  })
  afterAll(() => page?.context().close())

  async function open(path: string): Promise<void> {
    await page.goto(path)
    await page.locator('main h1').first().waitFor()
    await page.locator('[aria-busy=true]').waitFor({ state: 'detached' })
  }

  it('the chat of an entry point is set up there, and says what is wrong with it', async () => {
    const read = async () => (await centre.service.api('GET', '/api/widgets/chat-site')).settings
    await page.setViewportSize(wide)
    await open('/admin/numbers/chat-site')
    await page.getByLabel('Tell of an answer by mail after').fill('300')
    await page.getByLabel('Page of the chat').fill('the shop')
    await page.getByRole('button', { name: 'Save the chat' }).click()
    await page.getByRole('alert').first().waitFor()
    expect(await read()).toMatchObject({ replyMailMs: 120_000, page: null })
    await page.getByLabel('Page of the chat').fill('https://shop.example.org/help')
    await page.getByLabel('Sites that may show it').fill('https://shop.example.org https://example.org')
    await page.getByRole('button', { name: 'Save the chat' }).click()
    await page.getByText('Saved').first().waitFor()
    expect(await read()).toMatchObject({
      replyMailMs: 300_000,
      page: 'https://shop.example.org/help',
      allowedOrigins: ['https://shop.example.org', 'https://example.org'],
    })
  })

  it('a greeting is uploaded and can be listened to; a wrong file is told what to change', async () => {
    await page.setViewportSize(wide)
    await open('/admin/sounds')
    const choose = (name: string, buffer: Buffer) =>
      page.getByLabel('File', { exact: true }).setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
    await choose('song.mp3', Buffer.from('ID3 a song'))
    await page.getByLabel('Name', { exact: true }).fill('welcome')
    await page.getByRole('button', { name: 'Upload' }).click()
    await page.getByRole('alert').getByText('this is an MP3 file: save it as WAV').waitFor()
    await choose('welcome.wav', wavFile({ rateHz: 44_100, channels: 2, ms: 3_000 }))
    await page.getByRole('button', { name: 'Upload' }).click()
    const player = page.getByLabel('Play welcome')
    await player.waitFor()
    const seconds = player.evaluate((element: unknown) => {
      const audio = element as Player
      return new Promise((resolve, reject) => {
        audio.addEventListener('loadedmetadata', () => resolve(audio.duration))
        audio.addEventListener('error', () => reject(new Error(audio.error?.message)))
        audio.preload = 'metadata'
        audio.load()
      })
    })
    expect(await seconds).toBe(3)
  })

  it.each(otherPages)('%s: axe finds nothing serious, light and dark', async (path) => {
    await page.setViewportSize(wide)
    await open(path)
    const name = path.slice(1).replaceAll('/', '-')
    expect(await accessibilityProblems(page)).toEqual([])
    await picture(page, `${name}-1280`)
    await inDark(page, async () => {
      expect(await accessibilityProblems(page)).toEqual([])
      await picture(page, `${name}-1280-dark`)
    })
  })

  it.each(languages)('%s fits on all of them, at 1280 and at 390 pixels', async (_name, tag) => {
    await page.evaluate((language) => localStorage.setItem('centralita.language', language), tag)
    const found: string[] = []
    for (const path of otherPages) {
      await page.setViewportSize(wide)
      await open(path)
      expect(await page.locator('html').getAttribute('lang')).toBe(tag)
      for (const size of [wide, phoneView]) {
        await page.setViewportSize(size)
        found.push(...(await overflows(page)).map((what) => `${path} ${size.width}: ${what}`))
      }
      await picture(page, `${path.slice(1).replaceAll('/', '-')}-${tag}-390`)
    }
    expect(found).toEqual([])
  })
})

describe('every language', () => {
  it.each(languages)('%s fits at 1280 and at 390 pixels', async (name, tag) => {
    const { page } = ana
    await chooseInMenu(page, tag)
    await page.locator(`html[lang=${tag}]`).waitFor()
    for (const [size, label] of [
      [wide, '1280'],
      [phoneView, '390'],
    ] as const) {
      await page.setViewportSize(size)
      expect(await overflows(page), `${name} ${label}`).toEqual([])
      await picture(page, `desk-${tag}-${label}`)
      const controls = await page
        .getByRole('group')
        .filter({ has: page.locator('[aria-keyshortcuts=h]') })
        .boundingBox()
      if (size === wide) expect(controls?.height, `${name}: the call's controls in one row`).toBeLessThan(80)
    }
    for (const [key, dialog] of [
      ['t', 'hand-on'],
      ['c', 'chat-link'],
    ] as const) {
      await page.setViewportSize(wide)
      await page.keyboard.press(key)
      await page.getByRole('dialog').waitFor()
      for (const size of [wide, phoneView]) {
        await page.setViewportSize(size)
        expect(await overflows(page), `${dialog} ${name} ${size.width}`).toEqual([])
        await picture(page, `desk-${dialog}-${tag}-${size.width}`)
      }
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
    await page.setViewportSize(wide)
  })
})
