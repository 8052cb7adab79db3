/** A real Chromium with a fake microphone and camera: each page is somebody's own browser, with its own cookies. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type BrowserContext, type LaunchOptions, type Page } from 'playwright-core'

/** Kept by CI beside the runners' reports. */
const screenshots = fileURLToPath(new URL('../../reports/screenshots', import.meta.url))

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  // Two agents' pages share a browser: the one behind must not be slowed down.
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
]

export const launchOptions = (): LaunchOptions => ({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  headless: true,
  args: flags,
  timeout: 60_000,
})

export const wide = { width: 1280, height: 800 } as const
export const phone = { width: 390, height: 844 } as const

export type Visitor = Readonly<{
  page: Page
  context: BrowserContext
  /** What the page's console called an error, and what it threw. */
  problems: readonly string[]
}>

export class TestBrowser implements AsyncDisposable {
  readonly #browser: Browser

  protected constructor(browser: Browser) {
    this.#browser = browser
  }

  static async start(): Promise<TestBrowser> {
    return new TestBrowser(await chromium.launch(launchOptions()))
  }

  /** `language` as the browser announces it. */
  async visitor(
    baseURL: string,
    options: { language?: string; viewport?: { width: number; height: number }; dark?: boolean } = {},
  ): Promise<Visitor> {
    const context = await this.#browser.newContext({
      baseURL,
      locale: options.language ?? 'en-GB',
      viewport: options.viewport ?? wide,
      colorScheme: options.dark === true ? 'dark' : 'light',
      // What fades in is not yet what it will be.
      reducedMotion: 'reduce',
      permissions: ['microphone', 'notifications'],
    })
    context.setDefaultTimeout(30_000)
    const page = await context.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text())
    })
    return { page, context, problems }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
  }
}

/** Kept as reports/screenshots/NAME.png. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true })
  await page.screenshot({ path: join(screenshots, `${name}.png`), animations: 'disabled' })
}
