import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Authenticator } from '../peers/authenticator.ts'
import { phone, picture, TestBrowser, wide, type Visitor } from '../peers/browser.ts'
import { IdentityProvider, type Claims } from '../peers/identity-provider.ts'
import { chooseBelow, chooseInMenu, overflowsInAnyLanguage } from '../peers/languages.ts'
import { accessibilityProblems, overflows } from '../peers/page-checks.ts'
import { TestService } from '../peers/service.ts'

let service: TestService
let browser: TestBrowser
let provider: IdentityProvider
/** Browsers make passkeys for names, not for addresses. */
let home: string
const known = new Map<string, Claims>()

beforeAll(async () => {
  ;[service, browser] = await Promise.all([
    TestService.start({ env: { PRIVATE_TARGETS: '127.0.0.1' } }),
    TestBrowser.start(),
  ])
  home = service.baseUrl.replace('127.0.0.1', 'localhost')
  const redirectUris = [`${home}/api/sessions/providers/work/callback`]
  provider = await IdentityProvider.start({ redirectUris, people: known })
})
afterAll(async () => {
  await provider?.[Symbol.asyncDispose]()
  await browser?.[Symbol.asyncDispose]()
  await service?.[Symbol.asyncDispose]()
})

const passwordOf = (username: string): string =>
  service.firstStart.agents.find((agent) => agent.username === username)?.password ?? ''

async function signIn(page: Page, username: string): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(passwordOf(username))
  await page.keyboard.press('Enter')
}

async function atDesk(username: string): Promise<Visitor> {
  const visitor = await browser.visitor(home)
  await visitor.page.goto('/')
  await signIn(visitor.page, username)
  await accountButton(visitor.page).waitFor()
  return visitor
}

const accountButton = (page: Page) => page.getByRole('button', { name: /^Account of/ })
const alert = (page: Page, text: string) => page.getByRole('alert').getByText(text).waitFor()

async function openAccount(page: Page): Promise<void> {
  await accountButton(page).click()
  await page.getByRole('menuitem', { name: 'Sign-in and sessions' }).click()
  await page.getByRole('dialog').getByRole('heading', { name: 'Where you are signed in' }).waitFor()
}

async function signOut(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await accountButton(page).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
}

/** In both widths and both looks. */
async function looksRight(page: Page, name: string): Promise<void> {
  for (const [size, width] of [
    [wide, '1280'],
    [phone, '390'],
  ] as const) {
    await page.setViewportSize(size)
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
      await picture(page, `${name}-${width}-${colorScheme}`)
      // Colours don't change with the width; what is hidden does.
      if (size === wide || colorScheme === 'light')
        expect(await accessibilityProblems(page), `${name} ${width} ${colorScheme}`).toEqual([])
    }
    expect(await overflows(page), `${name} ${width}`).toEqual([])
  }
  await page.setViewportSize(wide)
}

async function fitsEveryLanguage(page: Page, name: string, choose = chooseBelow): Promise<void> {
  expect(await overflowsInAnyLanguage(page, name, choose)).toEqual([])
}

const chooseAndOpenAccount = async (page: Page, tag: string): Promise<void> => {
  await page.setViewportSize(wide)
  await page.evaluate((chosen) => localStorage.setItem('centralita.language', chosen), tag)
  await page.reload()
  await page.locator('header button[aria-haspopup=menu]').last().click()
  await page.getByRole('menuitem').first().click()
  await page.getByRole('dialog').getByRole('listitem').first().waitFor()
}

describe('signing in', () => {
  it('with username and password leads to the desk, and out again', async () => {
    const { page, problems } = await browser.visitor(service.baseUrl)
    await page.goto('/')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await picture(page, 'sign-in-1280')
    await page.getByLabel('Username').fill('ana')
    await page.getByLabel('Password', { exact: true }).fill('not this one')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await alert(page, 'The username or the password is wrong.')
    await page.getByLabel('Password', { exact: true }).fill(passwordOf('ana'))
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Account of Ana Ionescu' }).click()
    expect(new URL(page.url()).pathname).toBe('/desk')
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    // The browser itself reports the refused sign-in and the first look at who is signed in.
    expect(problems.filter((problem) => !problem.includes('401'))).toEqual([])
  })
})

describe('an authenticator app', () => {
  it('is set up with the keyboard and asked for at the next sign-in', async () => {
    const { page, context } = await atDesk('bogdan')
    await openAccount(page)
    await page.getByRole('button', { name: 'Set up an app' }).press('Enter')
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
    const key = (await page.locator('code').innerText()).replaceAll(' ', '')
    const app = new TOTP({ secret: Secret.fromBase32(key) })
    await looksRight(page, 'account-qr')
    await page.getByLabel('Code that the app shows').fill(app.generate({ timestamp: Date.now() - 600_000 }))
    await page.keyboard.press('Enter')
    await page.getByText('This code is wrong. Scan again').waitFor()
    const at = Date.now()
    await page.getByLabel('Code that the app shows').fill(app.generate({ timestamp: at }))
    await page.keyboard.press('Enter')
    const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
    await codes.first().waitFor()
    expect(await codes.count()).toBe(10)
    const recovery = await codes.first().innerText()
    await page.getByRole('button', { name: 'I have kept them' }).press('Enter')
    await page.getByText('10 codes are left.').waitFor()
    await looksRight(page, 'account')
    await fitsEveryLanguage(page, 'account', chooseAndOpenAccount)
    await signOut(page)

    await signIn(page, 'bogdan')
    await page.getByRole('heading', { name: 'One more step' }).waitFor()
    await looksRight(page, 'second-factor')
    await fitsEveryLanguage(page, 'second-factor')
    await page.reload()
    await page.getByLabel('Code of the app').fill(app.generate({ timestamp: at }))
    await page.keyboard.press('Enter')
    await alert(page, 'This code is wrong, or was used before.')
    await page.getByLabel('Code of the app').fill(app.generate({ timestamp: at + 30_000 }))
    await page.keyboard.press('Enter')
    await accountButton(page).waitFor()
    await accountButton(page).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()

    await signIn(page, 'bogdan')
    await page.getByRole('button', { name: 'Start again' }).click()
    await signIn(page, 'bogdan')
    await page.getByRole('button', { name: 'Use a recovery code' }).click()
    await page.getByLabel('Recovery code').fill(recovery)
    await page.keyboard.press('Enter')
    await accountButton(page).waitFor()
    await context.close()
  })
})

describe('a passkey', () => {
  it('signs in alone, with its person verified, until it is removed', async () => {
    const { page, context } = await atDesk('ana')
    const authenticator = await Authenticator.plugInto(page)
    await openAccount(page)
    await page.getByLabel('Name of the new passkey').fill('Laptop')
    await page.keyboard.press('Enter')
    const passkeys = page.getByRole('list', { name: 'Passkeys' })
    await passkeys.getByText('Laptop').waitFor()
    await page.getByRole('button', { name: 'Rename Laptop' }).click()
    await page.getByLabel('New name').fill('Work laptop')
    await page.keyboard.press('Enter')
    await passkeys.getByText('Work laptop').waitFor()
    // The same device is not added twice.
    await page.getByLabel('Name of the new passkey').fill('Again')
    await page.keyboard.press('Enter')
    await alert(page, 'No passkey was made.')
    await signOut(page)

    await authenticator.verifies(false)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await alert(page, 'The passkey was not used.')
    await authenticator.verifies(true)
    const answered = page.waitForRequest((request) => new URL(request.url()).pathname === '/api/sessions/passkey')
    await page.getByRole('button', { name: 'Sign in with a passkey' }).press('Enter')
    await page.getByRole('button', { name: 'Account of Ana Ionescu' }).waitFor()
    // Whoever has overheard the answer gains nothing.
    const overheard = (await answered).postDataJSON() as object
    expect((await context.request.post('/api/sessions/passkey', { data: overheard })).status()).toBe(401)
    expect(await authenticator.signCount()).toBeGreaterThan(1)

    await openAccount(page)
    await page.getByRole('listitem').filter({ hasText: 'this one' }).getByText('passkey').waitFor()
    await page.getByRole('button', { name: 'Remove Work laptop' }).click()
    await passkeys.waitFor({ state: 'hidden' })
    await signOut(page)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await alert(page, 'This passkey is not known here')
    await context.close()
  })
})

describe('a session', () => {
  it('that is ended elsewhere leads to the sign-in page at once', async () => {
    const here = await atDesk('citra')
    const there = await atDesk('citra')
    await openAccount(here.page)
    await here.page.getByRole('button', { name: 'Sign out everywhere else' }).click()
    await there.page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await here.page.getByRole('button', { name: 'Sign out everywhere else' }).waitFor({ state: 'hidden' })
    await Promise.all([here.context.close(), there.context.close()])
  })
})

describe('a role that needs a second factor', () => {
  it('has its people set one up first, and then opens their desk', async () => {
    const { page, context } = await atDesk('citra')
    await Authenticator.plugInto(page)
    try {
      await service.api('PUT', '/api/sign-in-settings', { secondFactorRoles: ['agent'] })
      await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor()
      await looksRight(page, 'enrol')
      await fitsEveryLanguage(page, 'enrol')
      await page.getByLabel('Name of the new passkey').fill('Phone')
      await page.keyboard.press('Enter')
      await accountButton(page).waitFor()
    } finally {
      await service.api('PUT', '/api/sign-in-settings', { secondFactorRoles: [] })
    }
    await context.close()
  })
})

describe('an identity provider', () => {
  const settings = () => ({
    name: 'Work account',
    issuer: provider.issuer,
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
  })
  const set = (change: object = {}) => service.api('PUT', '/api/identity-providers/work', { ...settings(), ...change })
  const button = (page: Page) => page.getByRole('link', { name: 'Sign in with Work account' })
  /** Who sees on the user's page how and where they are signed in. */
  const endedByAdmin = async (of: string, theirs: Page): Promise<void> => {
    const { page, context } = await browser.visitor(home)
    const { username, password } = service.firstStart.admin
    await context.request.post('/api/sessions', { data: { username, password } })
    const { items } = await service.api('GET', '/api/users')
    const { id } = items.find((user: { username: string }) => user.username === of)
    await page.goto(`/admin/users/${id}`)
    await page.getByText('Work account').waitFor()
    await page.getByRole('list', { name: 'Open sessions' }).getByText('single sign-on').first().waitFor()
    await looksRight(page, 'admin-user-sign-in')
    await page.getByRole('button', { name: 'End all sessions' }).click()
    await theirs.getByRole('heading', { name: 'Sign in' }).waitFor()
    await context.close()
  }
  const visitor = async (): Promise<Visitor> => {
    const one = await browser.visitor(home)
    await one.page.goto('/')
    await button(one.page).waitFor()
    return one
  }

  it('is set up by an admin in the browser, who is told what to enter there', async () => {
    const { page, context } = await browser.visitor(home)
    const { username, password } = service.firstStart.admin
    await context.request.post('/api/sessions', { data: { username, password } })
    await page.goto('/admin/sign-in')
    await looksRight(page, 'admin-sign-in')
    await page.getByRole('button', { name: 'New identity provider' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Work')
    await page.getByLabel('Issuer').fill('http://127.0.0.1:1')
    await page.getByLabel('Client id').fill(provider.clientId)
    await page.getByLabel('Client secret').fill(provider.clientSecret)
    await page.keyboard.press('Control+s')
    await page.getByRole('alert').getByText('ECONNREFUSED').waitFor()
    await page.getByLabel('Issuer').fill(provider.issuer)
    await page.getByLabel('Name', { exact: true }).fill('Work account')
    await page.keyboard.press('Control+s')
    await page.getByText('The provider answers as it should.').waitFor()
    await page.getByText(`${home}/api/sessions/providers/work/callback`).waitFor()
    await looksRight(page, 'admin-provider')
    await fitsEveryLanguage(page, 'admin-provider', chooseInMenu)
    await context.close()
  })

  it('lets in whom it vouches for, by the claim that was set and later by sub alone', async () => {
    known.set('sub-of-ana', { preferred_username: 'Ana', name: 'Ana Ionescu' })
    const { page, context } = await visitor()
    await looksRight(page, 'sign-in-ways')
    await fitsEveryLanguage(page, 'sign-in-ways')
    await button(page).click()
    await provider.signIn(page, 'sub-of-ana')
    await page.getByRole('button', { name: 'Account of Ana Ionescu' }).waitFor()
    await context.close()

    known.set('sub-of-ana', { preferred_username: 'renamed', name: 'Ana Ionescu' })
    known.set('sub-of-thief', { preferred_username: 'ana', name: 'Not Ana' })
    const again = await visitor()
    await button(again.page).click()
    await provider.signIn(again.page, 'sub-of-ana')
    await again.page.getByRole('button', { name: 'Account of Ana Ionescu' }).waitFor()
    const thief = await visitor()
    await button(thief.page).click()
    await provider.signIn(thief.page, 'sub-of-thief')
    await alert(thief.page, 'belongs to somebody else at the provider')
    await endedByAdmin('ana', again.page)
    await Promise.all([again.context.close(), thief.context.close()])
  })

  it('brings nobody who is unknown, unless it may', async () => {
    known.set('sub-of-dan', { preferred_username: 'dan.new', name: 'Dan New' })
    const { page, context } = await visitor()
    await button(page).click()
    await provider.signIn(page, 'sub-of-dan')
    await alert(page, 'You have no account here yet.')
    const { items } = await service.api('GET', '/api/identity-providers')
    expect(items[0].lastProblem).toMatchObject({ code: 'unknown-person' })
    expect(items[0].lastProblem.message).toContain('dan.new')
    await set({ createAs: 'agent' })
    await button(page).click()
    await page.getByRole('button', { name: 'Account of Dan New' }).waitFor()
    const { items: users } = await service.api('GET', '/api/users')
    expect(users.find(({ username }: { username: string }) => username === 'dan.new')).toMatchObject({ role: 'agent' })
    await context.close()
  })

  it('can be the only way in for its people', async () => {
    await set({ onlyWay: true })
    const { page, context } = await visitor()
    await signIn(page, 'ana')
    await alert(page, 'You sign in with Work account alone.')
    await set()
    await page.keyboard.press('Enter')
    await accountButton(page).waitFor()
    await context.close()
  })

  it('whose secret is wrong, or whose clock differs, is told apart', async () => {
    await set({ clientSecret: 'not this one' })
    const { page, context } = await visitor()
    await button(page).click()
    await provider.signIn(page, 'sub-of-ana')
    await alert(page, 'don’t understand each other')
    const { items } = await service.api('GET', '/api/identity-providers')
    expect(items[0].lastProblem.message).toContain('client id or secret: enter them again')
    await set()
    // An ID token is good for an hour there.
    await service.later(2 * 60 * 60_000)
    await button(page).click()
    await alert(page, 'differ too much')
    await context.close()
  })
})

describe('what is served', () => {
  it('says who may load what, and keeps assets for good', async () => {
    const response = await fetch(service.baseUrl)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toContain('unsafe')
    const html = await response.text()
    const nonce = /name="style-nonce" content="([^"]+)"/.exec(html)?.[1] ?? ''
    expect(policy).toContain(`'nonce-${nonce}'`)
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? ''
    const asset = await fetch(service.baseUrl + script, { headers: { 'accept-encoding': 'br' } })
    expect(asset.headers.get('content-encoding')).toBe('br')
    expect(asset.headers.get('cache-control')).toContain('immutable')
    expect((await fetch(`${service.baseUrl}/api/nothing-here`)).status).toBe(404)
  })
})
