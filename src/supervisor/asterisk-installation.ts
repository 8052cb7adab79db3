import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { privateInstallation } from './private-installation.ts'
import type { Installation, Installer } from './private-installation.ts'

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

const modulesFile = fileURLToPath(new URL('../../asterisk-config/modules.conf', import.meta.url))

/** The machine's own Asterisk when it is recent enough, else the private one, installed now if need be (about 15 s). */
export async function findAsterisk(installer: Installer): Promise<AsteriskProgram> {
  const own = await machineAsterisk()
  if (own !== null && majorOf(own.version) >= leastAsteriskMajor) return own
  try {
    return await privateAsterisk(await privateInstallation('asterisk', [modulesFile], installer))
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

async function privateAsterisk({ root, loader, libraries }: Installation): Promise<AsteriskProgram> {
  // The path goes to the loader, never into LD_LIBRARY_PATH, which Asterisk's children would inherit.
  const toLoader = ['--inhibit-cache', '--library-path', libraries, '--argv0', 'asterisk']
  const leadingArgs = [...toLoader, join(root, 'usr/sbin/asterisk')]
  return {
    command: loader,
    leadingArgs,
    version: await versionOf(loader, leadingArgs),
    modulesFolder: join(libraries, 'asterisk/modules'),
    sharedFolder: join(root, 'usr/share/asterisk'),
  }
}

/** `Asterisk 22.10.1+dfsg` -> `22.10.1+dfsg`. */
async function versionOf(command: string, leadingArgs: readonly string[]): Promise<string> {
  const { stdout } = await run(command, [...leadingArgs, '-V'])
  return /^Asterisk (\S+)/.exec(stdout)?.[1] ?? stdout.trim()
}
