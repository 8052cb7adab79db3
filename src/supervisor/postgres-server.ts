import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ensureDatabase, probeDatabase } from '../platform/database/probe.ts'
import { adoptDaemon, describeEnding, readPid, startDaemon } from './daemon.ts'
import type { Daemon, Ending, StopRule } from './daemon.ts'
import { postgresAccount } from './postgres-account.ts'
import type { PostgresAccount } from './postgres-account.ts'
import { postgresBinaries } from './postgres-binaries.ts'

const run = promisify(execFile)

export type PostgresPlace = Readonly<{
  /** Holds the cluster; made on the first start. */
  folder: string
  pidFile: string
  logFile: string
  port: number
  password: string
  /** Further settings, `name=value`. */
  settings?: readonly string[]
}>

const user = 'centralita'
const database = 'centralita'
const readyLimitMs = 120_000
const pollMs = 40
/** SIGINT is Postgres's fast shutdown: sessions are cut, everything committed is on disk. */
const stop: StopRule = { signal: 'SIGINT', limitMs: 30_000 }

export function postgresUrl(place: Pick<PostgresPlace, 'port' | 'password'>, name = database): string {
  return `postgres://${user}:${encodeURIComponent(place.password)}@127.0.0.1:${place.port}/${name}`
}

/** An earlier run's server on this folder, if it still lives and takes our password on our port. */
export async function adoptPostgres(place: PostgresPlace): Promise<Daemon | null> {
  const daemon = adoptDaemon({ name: 'Postgres', pidFile: place.pidFile, stop }, place.folder)
  if (daemon === null) return null
  if ((await probeDatabase(postgresUrl(place))) === null) return daemon
  await daemon.stop()
  return null
}

/** Settles once it takes connections and holds the (possibly empty) database. */
export async function startPostgres(place: PostgresPlace): Promise<Daemon> {
  const native = postgresBinaries()
  mkdirSync(place.folder, { recursive: true, mode: 0o700 })
  const account = postgresAccount([native, place.folder].map((path) => join(path, '..')))
  if (!existsSync(join(place.folder, 'PG_VERSION'))) await createCluster(native, place, account)
  await endStray(place)
  const settings = [
    `port=${place.port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=100',
    'log_line_prefix=%m [%p] ',
    'log_timezone=UTC',
    'timezone=UTC',
    ...(place.settings ?? []),
  ]
  const args = ['-D', place.folder, ...settings.flatMap((setting) => ['-c', setting])]
  const daemon = await startDaemon({
    name: 'Postgres',
    ...account.command(join(native, 'bin/postgres'), args),
    cwd: '/',
    logFile: place.logFile,
    pidFile: place.pidFile,
    stop,
  })
  try {
    await untilReady(daemon, place)
    await ensureDatabase(postgresUrl(place, 'postgres'), database)
    return daemon
  } catch (error) {
    await daemon.stop()
    throw error
  }
}

/** Into a folder beside it, then renamed: an interrupted start leaves nothing half made. */
async function createCluster(native: string, place: PostgresPlace, account: PostgresAccount): Promise<void> {
  const fresh = `${place.folder}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { mode: 0o700 })
  account.own(fresh)
  const secret = mkdtempSync(join(tmpdir(), 'centralita-'))
  try {
    const passwordFile = join(secret, 'password')
    writeFileSync(passwordFile, `${place.password}\n`, { mode: 0o600 })
    for (const path of [secret, passwordFile]) account.own(path)
    const options = ['-A', 'scram-sha-256', '-U', user, `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C']
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

/** A server on this folder whom no pid file of ours names would keep the folder locked. */
async function endStray(place: PostgresPlace): Promise<void> {
  const pidFile = join(place.folder, 'postmaster.pid')
  if (readPid(pidFile) === null) return
  await adoptDaemon({ name: 'Postgres', pidFile, stop }, place.folder)?.stop()
}

async function untilReady(daemon: Daemon, place: PostgresPlace): Promise<void> {
  const state: { ended: Ending | null } = { ended: null }
  void daemon.ended.then((how) => (state.ended = how))
  const giveUpAt = Date.now() + readyLimitMs
  for (;;) {
    const problem = await probeDatabase(postgresUrl(place, 'postgres'))
    if (problem === null) return
    if (state.ended !== null)
      throw new Error(`Postgres ended at its start (${describeEnding(state.ended)}): see ${place.logFile}`)
    if (Date.now() > giveUpAt) throw new Error(`Postgres doesn't answer (${problem}): see ${place.logFile}`)
    await delay(pollMs)
  }
}

function outputOf(error: unknown): string {
  if (error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' && error.stderr !== '') {
    return error.stderr.trim().split('\n').at(-1) ?? ''
  }
  return String(error)
}
