import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture, environmentWith } from './command.mjs'
import { fail } from './progress.mjs'

/**
 * Installs exactly what package-lock.json names, unless that is what lies in node_modules already.
 * @param {string} root the checkout
 * @param {string} node npm runs on it: an older one resolves other versions
 * @param {import('./progress.mjs').Report} report
 */
export async function dependencies(root, node, report) {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const stamp = join(root, 'node_modules/.centralita-lock')
  if (readStamp(stamp) === lock) return
  report('installing the dependencies')
  const options = ['--no-audit', '--no-fund', '--loglevel=error']
  const { code, output } = await capture('npm', ['ci', ...options], { cwd: root, env: environmentWith(node) })
  if (code !== 0) fail(`npm ci failed:\n${output}`)
  writeFileSync(stamp, lock)
}

function readStamp(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
