import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const assets = fileURLToPath(new URL('../../build/web/assets', import.meta.url))
const document = readFileSync(join(assets, '../index.html'), 'utf8')

/** As it is sent: compressed where that helps. */
const sent = (name: string): number => {
  const files = readdirSync(assets)
  return statSync(join(assets, files.includes(`${name}.br`) ? `${name}.br` : name)).size
}

/** What a file loads at once, all the way down; `desk-page` is loaded as soon as somebody is signed in. */
function loadedWith(entries: readonly string[]): Set<string> {
  const found = new Set<string>()
  const follow = (name: string): void => {
    if (found.has(name)) return
    found.add(name)
    if (!name.endsWith('.js')) return
    const source = readFileSync(join(assets, name), 'utf8')
    for (const [, next = ''] of source.matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g)) follow(next)
  }
  for (const entry of entries) follow(entry)
  return found
}

describe('the first load', () => {
  it('of a desk stays under 400 kB compressed, the telephone and a font with Cyrillic included', () => {
    const fromDocument = [...document.matchAll(/assets\/([\w.-]+\.(?:js|css))/g)].map(([, name = '']) => name)
    const ofTheDesk = readdirSync(assets).filter((name) =>
      /^(desk-page|shell|jssip|lib|JsSIP|ru|inter-(latin|cyrillic)-wght).*\.(js|css|woff2)$/.test(name),
    )
    const bytes = [...loadedWith([...fromDocument, ...ofTheDesk])].reduce((sum, name) => sum + sent(name), 0)
    expect(ofTheDesk.length).toBeGreaterThan(3)
    expect(bytes).toBeGreaterThan(100_000)
    expect(bytes).toBeLessThan(400_000)
  })
})
