import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { join } from 'node:path'
import { adoptDaemon, describeEnding, startDaemon } from './daemon.ts'
import type { Daemon, Ending, StopRule } from './daemon.ts'
import { isConfigured, renderConfiguration, writeConfiguration } from './asterisk-configuration.ts'
import type { AsteriskSettings } from './asterisk-configuration.ts'
import type { AsteriskProgram } from './asterisk-installation.ts'

export type AsteriskPlace = Readonly<{
  program: AsteriskProgram
  settings: AsteriskSettings
  pidFile: string
  logFile: string
}>

const readyLimitMs = 60_000
const answerLimitMs = 5_000
const pollMs = 40
const stop: StopRule = { signal: 'SIGTERM', limitMs: 10_000 }

export function ariUrl({ settings }: Pick<AsteriskPlace, 'settings'>): string {
  const { username, password, host, port } = settings.ari
  return `http://${username}:${encodeURIComponent(password)}@${host}:${port}`
}

/**
 * An earlier run's Asterisk, with its calls, if it still lives, takes our password on our port, and runs with the very
 * configuration that it would get now. Another configuration ends it.
 */
export async function adoptAsterisk(place: AsteriskPlace): Promise<Daemon | null> {
  const { program, settings, pidFile } = place
  const daemon = adoptDaemon({ name: 'Asterisk', pidFile, stop }, configFile(settings))
  if (daemon === null) return null
  const same = isConfigured(settings.folder, renderConfiguration(program, settings))
  if (same && (await probeAri(ariUrl(place))).ok) return daemon
  await daemon.stop()
  return null
}

/** Settles once Asterisk is fully booted and answers over ARI. */
export async function startAsterisk(place: AsteriskPlace): Promise<Daemon> {
  const { program, settings, logFile, pidFile } = place
  writeConfiguration(settings.folder, renderConfiguration(program, settings))
  const daemon = await startDaemon({
    name: 'Asterisk',
    command: program.command,
    args: [...program.leadingArgs, '-f', '-C', configFile(settings)],
    cwd: settings.folder,
    logFile,
    pidFile,
    stop,
  })
  try {
    await untilReady(daemon, place)
    return daemon
  } catch (error) {
    await daemon.stop()
    throw error
  }
}

/**
 * The living Asterisk reads its certificate again, whose files keep their names: calls and registrations go on. What it is
 * configured with is noted, so that the next start adopts it.
 */
export async function reloadCertificate(place: AsteriskPlace): Promise<void> {
  const { program, settings } = place
  const name = 'pjsip.conf'
  const text = renderConfiguration(program, settings).get(name) ?? ''
  writeFileSync(join(settings.folder, 'etc', name), text, { mode: 0o600 })
  const { username, password, host, port } = settings.ari
  const response = await fetch(`http://${host}:${port}/ari/asterisk/modules/res_pjsip.so`, {
    method: 'PUT',
    headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
    signal: AbortSignal.timeout(answerLimitMs),
  })
  if (!response.ok) throw new Error(`ARI answers ${response.status} ${response.statusText}`)
}

type AriAnswer = Readonly<{ ok: true; version: string }> | Readonly<{ ok: false; problem: string }>

/** Asks an Asterisk for its version. `url` carries the user name and the password. */
export async function probeAri(url: string): Promise<AriAnswer> {
  const { username, password, origin, pathname } = new URL(url)
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  try {
    const response = await fetch(`${origin}${pathname.replace(/\/$/, '')}/ari/asterisk/info?only=system`, {
      headers: { authorization: `Basic ${credentials}` },
      signal: AbortSignal.timeout(answerLimitMs),
    })
    if (!response.ok) return { ok: false, problem: `ARI answers ${response.status} ${response.statusText}` }
    const body: unknown = await response.json().catch(() => null)
    if (body === null) return { ok: false, problem: 'what answers there is no ARI' }
    return { ok: true, version: versionIn(body) }
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error
    return { ok: false, problem: cause instanceof Error ? cause.message : String(cause) }
  }
}

function versionIn(body: unknown): string {
  const system = typeof body === 'object' && body !== null && 'system' in body ? body.system : null
  const version = typeof system === 'object' && system !== null && 'version' in system ? system.version : null
  return typeof version === 'string' ? version : ''
}

function configFile(settings: AsteriskSettings): string {
  return join(settings.folder, 'etc', 'asterisk.conf')
}

async function untilReady(daemon: Daemon, place: AsteriskPlace): Promise<void> {
  const state: { ended: Ending | null } = { ended: null }
  void daemon.ended.then((how) => (state.ended = how))
  const giveUpAt = Date.now() + readyLimitMs
  const logs = `${place.logFile} and ${join(place.settings.folder, 'log/messages.log')}`
  for (;;) {
    const answer = await probeAri(ariUrl(place))
    if (answer.ok) return
    if (state.ended !== null)
      throw new Error(`Asterisk ended at its start (${describeEnding(state.ended)}): see ${logs}`)
    if (Date.now() > giveUpAt) throw new Error(`Asterisk doesn't answer (${answer.problem}): see ${logs}`)
    await delay(pollMs)
  }
}
