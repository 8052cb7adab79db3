import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { picture, phone, TestBrowser } from '../peers/browser.ts'
import { TestService } from '../peers/service.ts'

let service: TestService
let browser: TestBrowser

beforeAll(async () => {
  ;[service, browser] = await Promise.all([TestService.start(), TestBrowser.start()])
})
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await service?.[Symbol.asyncDispose]()
})

describe('signing in', () => {
  it('with username and password leads to the desk, and out again', async () => {
    const { page, problems } = await browser.visitor(service.baseUrl)
    const [ana] = service.firstStart.agents
    await page.goto('/')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await picture(page, 'sign-in-1280')
    await page.getByLabel('Username').fill('ana')
    await page.getByLabel('Password', { exact: true }).fill('not this one')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('The username or the password is wrong.').waitFor()
    await page.getByLabel('Password', { exact: true }).fill(ana?.password ?? '')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Account of Ana Ionescu' }).click()
    expect(new URL(page.url()).pathname).toBe('/desk')
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    // The browser itself reports the refused sign-in and the first look at who is signed in.
    expect(problems.filter((problem) => !problem.includes('401'))).toEqual([])
  })

  it('fits a telephone', async () => {
    const { page } = await browser.visitor(service.baseUrl, { viewport: phone, dark: true })
    await page.goto('/')
    await page.getByLabel('Username').waitFor()
    await picture(page, 'sign-in-390-dark')
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
