/** Kamailio as the edge in front of the nodes, run by us with our own configuration; `/etc/kamailio` is never read. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { SipAddress } from '../node-setting.ts'
import { adoptDaemon, describeEnding, startDaemon } from './daemon.ts'
import type { Daemon, Ending, StopRule } from './daemon.ts'

export type EdgePlace = Readonly<{
  folder: string
  /** Where phones and trunks send SIP. */
  sip: SipAddress
  /** The nodes, as the edge reaches them. */
  nodes: readonly SipAddress[]
  /** On 127.0.0.1, where the service speaks with it. */
  control: Readonly<{ port: number; password: string }>
  pidFile: string
  logFile: string
}>

const template = fileURLToPath(new URL('../../edge-config/kamailio.cfg', import.meta.url))
const stop: StopRule = { signal: 'SIGTERM', limitMs: 10_000 }
const readyLimitMs = 30_000
const pollMs = 40
const user = 'centralita'

/** What EDGE_URL is for the service. */
export function edgeUrl({ control }: Pick<EdgePlace, 'control'>): string {
  return `http://${user}:${encodeURIComponent(control.password)}@127.0.0.1:${control.port}/rpc`
}

/** File name -> content. */
export function renderEdge({ folder, sip, nodes, control }: Omit<EdgePlace, 'pidFile' | 'logFile'>, modules: string) {
  const values: Record<string, string> = {
    SIP: `${bracketed(sip.host)}:${sip.port}`,
    HOST: bracketed(sip.host),
    CONTROL_PORT: String(control.port),
    CREDENTIALS: Buffer.from(`${user}:${control.password}`).toString('base64'),
    FOLDER: folder,
    MODULES: modules,
  }
  const text = readFileSync(template, 'utf8').replaceAll(/@([A-Z][A-Z_]*)@/g, (_, key: string) => values[key] ?? '')
  const list = nodes.map(({ host, port }) => `1 sip:${bracketed(host)}:${port}`)
  return new Map([
    ['kamailio.cfg', text],
    ['dispatcher.list', `${list.join('\n')}\n`],
  ])
}

/** An earlier run's edge, if it runs with the very configuration that it would get now. Another one ends it. */
export async function adoptEdge(place: EdgePlace): Promise<Daemon | null> {
  const daemon = adoptDaemon({ name: 'the edge', pidFile: place.pidFile, stop }, configFile(place))
  if (daemon === null) return null
  const same = [...renderEdge(place, findKamailio().modules)].every(([name, text]) => {
    const file = join(place.folder, name)
    return existsSync(file) && readFileSync(file, 'utf8') === text
  })
  if (same) return daemon
  await daemon.stop()
  return null
}

/** Settles once it can be spoken with. */
export async function startEdge(place: EdgePlace): Promise<Daemon> {
  const { program, modules } = findKamailio()
  mkdirSync(place.folder, { recursive: true, mode: 0o700 })
  for (const [name, text] of renderEdge(place, modules)) writeFileSync(join(place.folder, name), text, { mode: 0o600 })
  const daemon = await startDaemon({
    name: 'the edge',
    command: program,
    args: ['-DD', '-E', '-m', '64', '-M', '8', '-f', configFile(place), '-Y', place.folder],
    cwd: place.folder,
    logFile: place.logFile,
    pidFile: place.pidFile,
    stop,
  })
  try {
    await untilListening(daemon, place)
    return daemon
  } catch (error) {
    await daemon.stop()
    throw error
  }
}

/** @throws Error when it isn't installed */
function findKamailio(): { program: string; modules: string } {
  const program = ['/usr/sbin/kamailio', '/usr/local/sbin/kamailio'].find(existsSync)
  const modules = [
    '/usr/lib/x86_64-linux-gnu/kamailio/modules/',
    '/usr/lib/aarch64-linux-gnu/kamailio/modules/',
    '/usr/lib64/kamailio/modules/',
    '/usr/local/lib64/kamailio/modules/',
  ].find(existsSync)
  if (program === undefined || modules === undefined)
    throw new Error('EDGE_SIP needs Kamailio: apt-get install kamailio, or leave EDGE_SIP unset')
  return { program, modules }
}

async function untilListening(daemon: Daemon, { control, logFile }: EdgePlace): Promise<void> {
  const state: { ended: Ending | null } = { ended: null }
  void daemon.ended.then((how) => (state.ended = how))
  const giveUpAt = Date.now() + readyLimitMs
  while (!(await isListening(control.port))) {
    if (state.ended !== null)
      throw new Error(`the edge ended at its start (${describeEnding(state.ended)}): see ${logFile}`)
    if (Date.now() > giveUpAt) throw new Error(`the edge doesn't answer: see ${logFile}`)
    await delay(pollMs)
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => settle(true))
    socket.once('error', () => settle(false))
    socket.once('close', () => settle(false))
    socket.once('connect', () => socket.destroy())
  })
}

function configFile({ folder }: Pick<EdgePlace, 'folder'>): string {
  return join(folder, 'kamailio.cfg')
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
