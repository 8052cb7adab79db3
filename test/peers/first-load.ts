/** What a browser loads before a desk can be used, as it was built. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const assets = fileURLToPath(new URL('../../build/web/assets', import.meta.url))

/** `desk-page` and the telephone are loaded as soon as somebody is signed in; a font with Cyrillic is among it. */
const ofTheDesk = /^(desk-page|shell|jssip|lib|JsSIP|ru|inter-(latin|cyrillic)-wght).*\.(js|css|woff2)$/

/** Compressed, as it is sent; `files` are those of the desk beside what the document names. */
export function firstLoad(): Readonly<{ bytes: number; files: number }> {
  const document = readFileSync(join(assets, '../index.html'), 'utf8')
  const names = readdirSync(assets)
  const fromDocument = [...document.matchAll(/assets\/([\w.-]+\.(?:js|css))/g)].map(([, name = '']) => name)
  const desk = names.filter((name) => ofTheDesk.test(name))
  const sent = (name: string): number => statSync(join(assets, names.includes(`${name}.br`) ? `${name}.br` : name)).size
  const bytes = [...loadedWith([...fromDocument, ...desk])].reduce((sum, name) => sum + sent(name), 0)
  return { bytes, files: desk.length }
}

/** What a file loads at once, all the way down. */
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
