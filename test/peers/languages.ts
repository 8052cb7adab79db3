/** The languages of the pages, and how somebody chooses one. */
import type { Page } from 'playwright-core'
import { phone, picture, wide } from './browser.ts'
import { overflows } from './page-checks.ts'

export const languages = [
  ['English', 'en'],
  ['Română', 'ro'],
  ['Polski', 'pl'],
  ['Indonesia', 'id'],
  ['Русский', 'ru'],
] as const

type Choose = (page: Page, tag: string) => Promise<void>

/** In the menu of whoever is signed in. */
export async function chooseInMenu(page: Page, tag: string): Promise<void> {
  const name = languages.find(([, known]) => known === tag)?.[0] ?? ''
  await page.setViewportSize(wide)
  await page.locator('header button[aria-haspopup=menu]').last().click()
  await page.getByRole('menuitemradio', { name }).click()
  await page.getByRole('menu').waitFor({ state: 'hidden' })
}

/** At the foot of the pages that come before a desk. */
export async function chooseBelow(page: Page, tag: string): Promise<void> {
  await page.getByRole('combobox').first().selectOption(tag)
}

/** What is cut off in any language, at 1280 and at 390 pixels; a picture of each. Ends wide and in English. */
export async function overflowsInAnyLanguage(page: Page, name: string, choose: Choose): Promise<string[]> {
  const found: string[] = []
  for (const [language, tag] of languages) {
    await choose(page, tag)
    await page.locator(`html[lang=${tag}]`).waitFor()
    for (const [size, width] of [
      [wide, '1280'],
      [phone, '390'],
    ] as const) {
      await page.setViewportSize(size)
      found.push(...(await overflows(page)).map((what) => `${name} ${language} ${width}: ${what}`))
      await picture(page, `${name}-${tag}-${width}`)
    }
  }
  await page.setViewportSize(wide)
  await choose(page, 'en')
  return found
}
