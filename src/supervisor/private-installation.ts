import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export type Installer = Readonly<{
  /** Where installations are kept, outside the checkout. */
  cacheFolder: string
  /** Is told each step of an installation. */
  report(step: string): void
  signal?: AbortSignal
}>

export type Installation = Readonly<{
  /** The loader and the folder of the libraries that everything in it was built for. */
  loader: string
  libraries: string
  root: string
  folder: string
}>

/**
 * What `scripts/install-<name>.sh` unpacks, from the cache or made now. Its folder is named after the script and its
 * inputs, so that a changed one is a new installation.
 */
export async function privateInstallation(
  name: string,
  inputs: readonly string[],
  installer: Installer,
): Promise<Installation> {
  const scripts = [`install-${name}.sh`, 'private-packages.sh'].map(scriptPath)
  const hash = createHash('sha256').update(process.arch)
  for (const file of [...scripts, ...inputs]) hash.update(readFileSync(file))
  const folder = join(installer.cacheFolder, `${name}-${hash.digest('hex').slice(0, 12)}`)
  const layout = join(folder, 'layout.txt')
  if (!existsSync(layout)) await run(scriptPath(`install-${name}.sh`), [folder, ...inputs], name, installer)
  const [libraries = '', loader = ''] = readFileSync(layout, 'utf8').split('\n')
  const root = join(folder, 'root')
  return { folder, root, libraries: join(root, libraries), loader: join(root, libraries, loader) }
}

export function cacheFolderOf(xdgCacheHome: string | undefined): string {
  return join(xdgCacheHome || join(homedir(), '.cache'), 'centralita')
}

function scriptPath(name: string): string {
  return fileURLToPath(new URL(`../../scripts/${name}`, import.meta.url))
}

async function run(
  script: string,
  args: readonly string[],
  name: string,
  { report, signal }: Installer,
): Promise<void> {
  const child = spawn(script, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(signal === undefined ? {} : { signal }) })
  createInterface(child.stdout).on('line', (line) => report(`${name}: ${line}`))
  const complaints: string[] = []
  createInterface(child.stderr).on('line', (line) => complaints.push(line))
  const code = await new Promise<number | null>((settle, fail) => {
    child.once('close', settle)
    child.once('error', fail)
  })
  if (code !== 0) throw new Error(complaints.slice(-3).join('; ') || `${script} failed`)
}
