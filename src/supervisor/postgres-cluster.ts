import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { PostgresAccount } from './postgres-account.ts'

const run = promisify(execFile)

/** Into a folder beside it, then renamed: an interrupted start leaves nothing half made. */
export async function createCluster(
  native: string,
  place: Readonly<{ folder: string; user: string; password: string }>,
  account: PostgresAccount,
): Promise<void> {
  const fresh = `${place.folder}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { mode: 0o700 })
  account.own(fresh)
  const secret = mkdtempSync(join(tmpdir(), 'centralita-'))
  try {
    const passwordFile = join(secret, 'password')
    writeFileSync(passwordFile, `${place.password}\n`, { mode: 0o600 })
    for (const path of [secret, passwordFile]) account.own(path)
    const options = [
      '-A',
      'scram-sha-256',
      '-U',
      place.user,
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
    ]
    const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions']
    const { command, args, ...ids } = account.command(join(native, 'bin/initdb'), ['-D', fresh, ...options, ...locale])
    await run(command, args, { cwd: '/', ...ids })
  } catch (error) {
    throw new Error(`Postgres can't create its data in ${place.folder}: ${outputOf(error)}`, { cause: error })
  } finally {
    rmSync(secret, { recursive: true, force: true })
  }
  rmSync(place.folder, { recursive: true, force: true })
  renameSync(fresh, place.folder)
}

function outputOf(error: unknown): string {
  if (error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' && error.stderr !== '') {
    return error.stderr.trim().split('\n').at(-1) ?? ''
  }
  return String(error)
}
