import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { phone, picture, TestBrowser, wide } from '../peers/browser.ts'
import { startHostSite, type HostSite } from '../peers/host-site.ts'
import { MailServer } from '../peers/mail-server.ts'
import { eventually } from '../peers/poll.ts'
import { TestService, type Answer } from '../peers/service.ts'

let service: TestService
let browser: TestBrowser
let site: HostSite
let mailbox: MailServer

/** As docs/embedding-the-widget.md gives it, without what the site needs for itself. */
function documentedPolicy(origin: string): string {
  const text = readFileSync(new URL('../../docs/embedding-the-widget.md', import.meta.url), 'utf8')
  const policy = /```text\n(Content-Security-Policy: [^\n]+)\n```/.exec(text)?.[1] ?? ''
  expect(policy).toContain('https://chat.example.org')
  return policy
    .replace('Content-Security-Policy: ', '')
    .replaceAll('wss://chat.example.org', origin.replace('http', 'ws'))
    .replaceAll('https://chat.example.org', origin)
}

beforeAll(async () => {
  mailbox = await MailServer.start({ tls: 'never' })
  const env = { SMTP_URL: `smtp://127.0.0.1:${mailbox.port}?tls=never`, MAIL_FROM: 'help@example.org' }
  ;[service, browser] = await Promise.all([TestService.start({ env }), TestBrowser.start()])
  site = await startHostSite(service.baseUrl, { 'bank.html': documentedPolicy(service.baseUrl) })
  await service.api('PUT', '/api/widgets/chat-demo', { title: 'How can we help?', call: '1000' })
})
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await site?.[Symbol.asyncDispose]()
  await service?.[Symbol.asyncDispose]()
  await mailbox?.[Symbol.asyncDispose]()
})

const launcher = (page: Page) => page.locator('centralita-chat').locator('button.launch')

async function openChat(page: Page): Promise<void> {
  await launcher(page).click()
  await page.locator('centralita-chat').locator('.choice').first().waitFor()
}

describe('the script', () => {
  it('is under 40 kB compressed, and asked for again only when it changed', async () => {
    const response = await fetch(`${service.baseUrl}/widget.js`, { headers: { 'accept-encoding': 'identity' } })
    const script = Buffer.from(await response.arrayBuffer())
    expect(gzipSync(script).length).toBeLessThan(40_000)
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    const etag = response.headers.get('etag') ?? ''
    const again = await fetch(`${service.baseUrl}/widget.js`, {
      headers: { 'accept-encoding': 'identity', 'if-none-match': etag },
    })
    expect(again.status).toBe(304)
  })
})

describe.each(['shop', 'bank', 'night'])('inside %s.html', (name) => {
  it.each([
    ['1280', wide],
    ['390', phone],
  ] as const)('works and looks right at %s px', async (width, viewport) => {
    const { page, problems } = await browser.visitor(site.url, { viewport, language: 'en-GB' })
    await page.goto(`/${name}.html`)
    await launcher(page).waitFor()
    await picture(page, `widget-${name}-${width}-closed`)
    await openChat(page)
    await picture(page, `widget-${name}-${width}-open`)
    await page.locator('centralita-chat').locator('.choice').first().click()
    await page.locator('centralita-chat').locator('.mine').waitFor()
    await picture(page, `widget-${name}-${width}-waiting`)
    expect(problems).toEqual([])
    await page.context().close()
  })
})

describe('its manners', () => {
  it('leaks no style into the page and takes none from it, and adds one element and one name', async () => {
    const { page } = await browser.visitor(site.url)
    const look = () =>
      page.evaluate(() => {
        const { document, getComputedStyle } = globalThis as Answer
        return {
          styles: [...document.querySelectorAll('body, h1, h3, p, main button')].map((element: Answer) => {
            const { font, color, backgroundColor, padding, letterSpacing } = getComputedStyle(element)
            return { font, color, backgroundColor, padding, letterSpacing }
          }),
          sheets: document.styleSheets.length + document.adoptedStyleSheets.length,
        }
      })
    await page.route('**/widget.js', (route) => route.abort())
    await page.goto('/shop.html')
    const before = await look()
    const namesBefore = await page.evaluate(() => Object.keys(globalThis))
    await page.unroute('**/widget.js')
    await page.reload()
    await openChat(page)
    expect(await look()).toEqual(before)
    const added = await page.evaluate(
      (known) => Object.keys(globalThis).filter((key) => !known.includes(key)),
      namesBefore,
    )
    expect(added).toEqual(['Centralita'])
    expect(await page.evaluate(() => (globalThis as Answer).document.body.lastElementChild?.tagName)).toBe(
      'CENTRALITA-CHAT',
    )
    const spacing = await page
      .locator('centralita-chat')
      .locator('.bubble')
      .evaluate((bubble: Answer) => (globalThis as Answer).getComputedStyle(bubble).letterSpacing)
    expect(spacing).toBe('normal')
    const inside = await page
      .locator('centralita-chat')
      .locator('.composer textarea')
      .evaluate((area: Answer) => {
        const { getComputedStyle } = globalThis as Answer
        const { backgroundColor, letterSpacing, textTransform } = getComputedStyle(area)
        return { backgroundColor, letterSpacing, textTransform, isWide: area.clientWidth > 150 }
      })
    expect(inside).toEqual({
      backgroundColor: 'rgba(0, 0, 0, 0)',
      letterSpacing: 'normal',
      textTransform: 'none',
      isWide: true,
    })
  })

  it.each(['shop', 'night'])('has nothing serious for axe to find in %s.html', async (name) => {
    const { page } = await browser.visitor(site.url)
    await page.goto(`/${name}.html`)
    await openChat(page)
    await page.evaluate(axe.source)
    const found: Answer = await page.evaluate(() =>
      (globalThis as Answer).axe.run({
        include: [['centralita-chat']],
      }),
    )
    const serious = found.violations.filter(({ impact }: Answer) => impact === 'serious' || impact === 'critical')
    expect(
      serious.map(({ id, nodes }: Answer) => [
        id,
        nodes.map(({ target, failureSummary }: Answer) => [target, failureSummary]),
      ]),
    ).toEqual([])
    expect(found.passes.length).toBeGreaterThan(10)
  })

  it('is used with the keyboard alone, and gives the focus back', async () => {
    const { page } = await browser.visitor(site.url)
    await page.goto('/night.html')
    await launcher(page).focus()
    await page.keyboard.press('Enter')
    await page.locator('centralita-chat').locator('.choice').first().waitFor()
    await page.keyboard.type('person')
    await page.keyboard.press('Enter')
    await page.locator('centralita-chat').locator('.mine').getByText('person').waitFor()
    await page.keyboard.press('Escape')
    await launcher(page).waitFor()
    expect(await page.evaluate(() => (globalThis as Answer).document.activeElement?.tagName)).toBe('CENTRALITA-CHAT')
  })

  it('sends the conversation by mail', async () => {
    const { page } = await browser.visitor(site.url)
    await page.goto('/shop.html')
    await openChat(page)
    const chat = page.locator('centralita-chat')
    await chat.getByRole('button', { name: 'More' }).click()
    await chat.getByRole('button', { name: 'Mail me this conversation' }).click()
    await chat.getByLabel('Your e-mail address').fill('visitor@example.org')
    await chat.getByRole('button', { name: 'Send', exact: true }).click()
    await chat.getByText('It is on its way').waitFor()
    const [taken] = await eventually(() => mailbox.to('visitor@example.org').length > 0 && mailbox.taken, {
      withinMs: 30_000,
      what: 'the mail',
    })
    expect(taken?.mail.text).toContain('How can we help you?')
    await chat.getByRole('button', { name: 'Back to the chat' }).click()
    await chat.locator('.choice').first().waitFor()
  })

  it('opens by itself for whoever comes by a link, and takes its code from the address', async () => {
    const { page } = await browser.visitor(site.url)
    await page.goto('/shop.html?from=mail#centralita=bm90.b3Vycw')
    await page.locator('centralita-chat').locator('.choice').first().waitFor()
    expect(new URL(page.url()).href).toBe(`${site.url}/shop.html?from=mail`)
  })

  it('shows nothing on a page that is not allowed to show it', async () => {
    await service.api('PUT', '/api/widgets/chat-demo', { allowedOrigins: ['https://other.example.org'] })
    const { page } = await browser.visitor(site.url)
    const asked = page.waitForResponse((response) => response.url().includes('/api/chat/widgets/'))
    await page.goto('/night.html')
    expect((await asked).status()).toBe(403)
    expect(await launcher(page).count()).toBe(0)
  })
})
