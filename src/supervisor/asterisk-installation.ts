import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** An Asterisk that can be started: the machine's own, or the private installation. */
export type AsteriskProgram = Readonly<{
  command: string
  /** Comes before Asterisk's own arguments: the private installation runs through its own loader. */
  leadingArgs: readonly string[]
  version: string
  modulesFolder: string
  /** Sounds, music and documentation. */
  sharedFolder: string
}>

export const leastAsteriskMajor = 20

const installScript = fileURLToPath(new URL('../../scripts/install-asterisk.sh', import.meta.url))
const modulesFile = fileURLToPath(new URL('../../asterisk-config/modules.conf', import.meta.url))

/**
 * The machine's own Asterisk when it is recent enough, else the private one, installed now if need be (about 15 s).
 * @param report is told each step of a long installation
 */
export async function findAsterisk(
  cacheFolder: string,
  report: (step: string) => void,
  signal?: AbortSignal,
): Promise<AsteriskProgram> {
  const own = await machineAsterisk()
  if (own !== null && majorOf(own.version) >= leastAsteriskMajor) return own
  const folder = join(cacheFolder, `asterisk-${installationKey()}`)
  try {
    if (!existsSync(join(folder, 'layout.txt'))) await install(folder, report, signal)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const tooOld =
      own === null ? '' : `Asterisk ${own.version} is too old (${leastAsteriskMajor} or later is needed) and `
    throw new Error(
      `${tooOld}a private Asterisk can't be installed here: ${reason}. ` +
        'Install Asterisk 20 or later, or set ARI_URL to a configured one',
      { cause: error },
    )
  }
  return privateAsterisk(folder)
}

/** @param home the cache folder's default parent; `XDG_CACHE_HOME` comes first where it is set */
export function cacheFolderOf(xdgCacheHome: string | undefined, home = homedir()): string {
  return join(xdgCacheHome || join(home, '.cache'), 'centralita')
}

export function majorOf(version: string): number {
  return Number(/^\d+/.exec(version)?.[0] ?? 0)
}

async function machineAsterisk(): Promise<AsteriskProgram | null> {
  const command = ['/usr/sbin/asterisk', '/usr/local/sbin/asterisk', '/usr/bin/asterisk'].find(existsSync)
  const modulesFolder = [
    '/usr/lib/x86_64-linux-gnu/asterisk/modules',
    '/usr/lib/aarch64-linux-gnu/asterisk/modules',
    '/usr/lib64/asterisk/modules',
    '/usr/lib/asterisk/modules',
    '/usr/local/lib/asterisk/modules',
  ].find((folder) => existsSync(join(folder, 'chan_pjsip.so')))
  const sharedFolder = ['/usr/share/asterisk', '/var/lib/asterisk'].find((folder) => existsSync(join(folder, 'sounds')))
  if (command === undefined || modulesFolder === undefined || sharedFolder === undefined) return null
  return { command, leadingArgs: [], version: await versionOf(command, []), modulesFolder, sharedFolder }
}

async function privateAsterisk(folder: string): Promise<AsteriskProgram> {
  const [libraries = '', loader = ''] = readFileSync(join(folder, 'layout.txt'), 'utf8').split('\n')
  const root = join(folder, 'root')
  const libraryFolder = join(root, libraries)
  const command = join(libraryFolder, loader)
  // The path goes to the loader, never into LD_LIBRARY_PATH, which Asterisk's children would inherit.
  const leadingArgs = [
    '--inhibit-cache',
    '--library-path',
    libraryFolder,
    '--argv0',
    'asterisk',
    join(root, 'usr/sbin/asterisk'),
  ]
  return {
    command,
    leadingArgs,
    version: await versionOf(command, leadingArgs),
    modulesFolder: join(libraryFolder, 'asterisk/modules'),
    sharedFolder: join(root, 'usr/share/asterisk'),
  }
}

/** `Asterisk 22.10.1+dfsg` -> `22.10.1+dfsg`. */
async function versionOf(command: string, leadingArgs: readonly string[]): Promise<string> {
  const { stdout } = await run(command, [...leadingArgs, '-V'])
  return /^Asterisk (\S+)/.exec(stdout)?.[1] ?? stdout.trim()
}

function installationKey(): string {
  const hash = createHash('sha256').update(process.arch)
  for (const file of [installScript, modulesFile]) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 12)
}

async function install(folder: string, report: (step: string) => void, signal?: AbortSignal): Promise<void> {
  const child = spawn(installScript, [folder, modulesFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  })
  createInterface(child.stdout).on('line', (line) => report(`Asterisk: ${line}`))
  const complaints: string[] = []
  createInterface(child.stderr).on('line', (line) => complaints.push(line))
  const code = await new Promise<number | null>((settle, fail) => {
    child.once('close', settle)
    child.once('error', fail)
  })
  if (code !== 0) throw new Error(complaints.slice(-3).join('; ') || `${installScript} failed`)
}
