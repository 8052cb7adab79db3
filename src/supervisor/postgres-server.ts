import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ensureDatabase, probeDatabase } from '../platform/database/probe.ts'
import { adoptDaemon, describeEnding, readPid, startDaemon } from './daemon.ts'
import type { Daemon, Ending, Launch, StopRule } from './daemon.ts'
import { postgresAccount } from './postgres-account.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { createCluster } from './postgres-cluster.ts'

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
const leftoverLimitMs = 20_000
const pollMs = 40
/** SIGINT is Postgres's fast shutdown: sessions are cut, everything committed is on disk. */
const stop: StopRule = { signal: 'SIGINT', limitMs: 30_000 }

export function postgresUrl(place: Pick<PostgresPlace, 'port' | 'password'>, name = database): string {
  return `postgres://${user}:${encodeURIComponent(place.password)}@127.0.0.1:${place.port}/${name}`
}

/** What a Unix socket's address may measure on Linux, less its closing zero (unix(7)). */
const longestSocketPath = 107

/** Over the socket in its data folder, which costs less than the network's loopback; over that where the path is too long. */
export function postgresSocketUrl(place: Pick<PostgresPlace, 'folder' | 'port' | 'password'>): string {
  const url = postgresUrl(place)
  return hasSocket(place) ? `${url}?host=${encodeURIComponent(place.folder)}` : url
}

function hasSocket({ folder, port }: Pick<PostgresPlace, 'folder' | 'port'>): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${port}`)) <= longestSocketPath
}

/** An earlier run's server on this folder, if it still lives and takes our password on our port. */
export async function adoptPostgres(place: PostgresPlace): Promise<Daemon | null> {
  const daemon = adoptDaemon({ name: 'Postgres', pidFile: place.pidFile, stop }, place.folder)
  if (daemon === null) return null
  if ((await probeDatabase(postgresSocketUrl(place))) === null) return daemon
  await daemon.stop()
  return null
}

/** Settles once it takes connections and holds the (possibly empty) database. */
export async function startPostgres(place: PostgresPlace): Promise<Daemon> {
  const native = postgresBinaries()
  mkdirSync(place.folder, { recursive: true, mode: 0o700 })
  const account = postgresAccount([native, place.folder].map((path) => join(path, '..')))
  if (!existsSync(join(place.folder, 'PG_VERSION'))) await createCluster(native, { ...place, user }, account)
  await endStray(place)
  const settings = [
    `port=${place.port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${hasSocket(place) ? `"${place.folder.replaceAll('"', '""')}"` : ''}`,
    'max_connections=100',
    'log_line_prefix=%m [%p] ',
    'log_timezone=UTC',
    'timezone=UTC',
    ...(place.settings ?? []),
  ]
  const args = ['-D', place.folder, ...settings.flatMap((setting) => ['-c', setting])]
  const launch: Launch = {
    name: 'Postgres',
    ...account.command(join(native, 'bin/postgres'), args),
    cwd: '/',
    logFile: place.logFile,
    pidFile: place.pidFile,
    stop,
  }
  // After a crash, sessions of the dead server hold its shared memory for a moment: a new one refuses until they notice.
  const crashed = existsSync(join(place.folder, 'postmaster.pid'))
  const daemon = await startUntilReady(launch, place, crashed ? Date.now() + leftoverLimitMs : 0)
  try {
    await ensureDatabase(postgresUrl(place, 'postgres'), database)
    return daemon
  } catch (error) {
    await daemon.stop()
    throw error
  }
}

async function startUntilReady(launch: Launch, place: PostgresPlace, retryUntil: number): Promise<Daemon> {
  for (;;) {
    const daemon = await startDaemon(launch)
    const problem = await problemAtStart(daemon, place)
    if (problem === null) return daemon
    await daemon.stop()
    if (Date.now() > retryUntil) throw new Error(`Postgres ${problem}: see ${place.logFile}`)
    await delay(pollMs)
  }
}

/** A server on this folder whom no pid file of ours names would keep the folder locked. */
async function endStray(place: PostgresPlace): Promise<void> {
  const pidFile = join(place.folder, 'postmaster.pid')
  if (readPid(pidFile) === null) return
  await adoptDaemon({ name: 'Postgres', pidFile, stop }, place.folder)?.stop()
}

/** Waits until it answers; what is wrong in words when it ends before, or takes too long. */
async function problemAtStart(daemon: Daemon, place: PostgresPlace): Promise<string | null> {
  const state: { ended: Ending | null } = { ended: null }
  void daemon.ended.then((how) => (state.ended = how))
  const giveUpAt = Date.now() + readyLimitMs
  for (;;) {
    const problem = await probeDatabase(postgresUrl(place, 'postgres'))
    if (problem === null) return null
    if (state.ended !== null) return `ended at its start (${describeEnding(state.ended)})`
    if (Date.now() > giveUpAt) return `doesn't answer (${problem})`
    await delay(pollMs)
  }
}
