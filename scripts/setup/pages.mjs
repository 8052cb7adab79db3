import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture, environmentWith } from './command.mjs'
import { fail } from './progress.mjs'

/** The browser's pages: each Vite configuration with what it builds and the folders that it builds from. */
const shared = ['src/core', 'scripts/pages', 'package-lock.json']
const widget = [...shared, 'src/web/widget']
const builds = [
  { name: 'web', config: 'scripts/pages/vite.config.ts', sources: [...shared, 'src/web'] },
  { name: 'widget', config: 'scripts/pages/widget.vite.config.ts', sources: widget },
  // After the widget, whose build empties the folder.
  { name: 'widget-call', config: 'scripts/pages/call.vite.config.ts', sources: widget },
]

/**
 * Builds the pages whose sources have changed since they were built.
 * @param {string} root the checkout
 * @param {string} node Vite runs on it
 * @param {import('./progress.mjs').Report} report
 */
export async function pages(root, node, report) {
  for (const { name, config, sources } of builds) {
    const stamp = join(root, 'build', `${name}.stamp`)
    const wanted = digestOf(root, sources)
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) continue
    report(`building the pages (${name})`)
    const vite = join(root, 'node_modules/vite/bin/vite.js')
    const options = { cwd: root, env: { ...environmentWith(node), NODE_ENV: 'production' } }
    const { code, output } = await capture(node, [vite, 'build', '--config', config, '--logLevel', 'warn'], options)
    if (code !== 0) fail(`the pages can't be built:\n${output}`)
    mkdirSync(join(root, 'build'), { recursive: true })
    writeFileSync(stamp, wanted)
  }
}

function digestOf(root, sources) {
  const hash = createHash('sha256')
  for (const source of sources) {
    for (const file of filesOf(root, source)) hash.update(`${file}\0`).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

function filesOf(root, source) {
  if (source.includes('.')) return [source]
  return readdirSync(join(root, source), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort()
}
