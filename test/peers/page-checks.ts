/** What must hold of every page: nothing that axe calls serious, nothing that is cut off. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Violation = Readonly<{
  id: string
  impact: string | null
  nodes: readonly Readonly<{ html: string; why: string }>[]
}>

/** WCAG 2.2 AA and below; each as `rule: element`. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const violations = await page.evaluate<Violation[]>(`axe
    .run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html, failureSummary }) => ({ html, why: failureSummary })) })))`)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, why }) => `${id}: ${html.slice(0, 160)} ${why}`))
}

/** Controls of the page that a notice stands over. `within` is a selector; outside of it they may be covered for a while. */
export function underNotices(page: Page, within: string): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const isNotice = (x, y) => document.elementFromPoint(x, y)?.closest('.mantine-Notifications-root') != null
    const found = []
    for (const root of document.querySelectorAll(${JSON.stringify(within)}))
      for (const control of root.querySelectorAll('button, a, input, select, textarea')) {
        const { left, right, top, bottom, width } = control.getBoundingClientRect()
        if (width === 0) continue
        const corners = [[left + 2, top + 2], [right - 2, top + 2], [left + 2, bottom - 2], [right - 2, bottom - 2]]
        if (corners.some(([x, y]) => isNotice(x, y))) found.push(control.outerHTML.slice(0, 120))
      }
    return found
  })()`)
}

/** A page that scrolls sideways, and buttons whose words don't fit. */
export function overflows(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const found = []
    if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways')
    for (const element of document.querySelectorAll('button, .mantine-Button-label, h1, h2, label, [role=group] b, [role=option]')) {
      const { width, right } = element.getBoundingClientRect()
      if (width === 0 || getComputedStyle(element).textOverflow === 'ellipsis') continue
      const isCut = element.scrollWidth > element.clientWidth + 1
      if (isCut || right > innerWidth + 1) found.push(element.outerHTML.slice(0, 120))
    }
    return found
  })()`)
}
