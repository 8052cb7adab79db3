import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cpuSecondsOfTrees } from '../../peers/process-cpu.ts'
import type { TestAsterisk } from '../../peers/servers.ts'
import { authentication } from '../../peers/sip-agent.ts'
import { runSipp, startSipp, type Sipp } from '../../peers/sipp.ts'
import { freePort } from '../../../src/supervisor/free-port.ts'
import { startCapture } from './capture.ts'
import { measureOffers, type Offers } from './latency.ts'
import type { RunningSystem, SipAccount, SystemUnderTest } from './system.ts'

export type Load = {
  name: string
  agents: 'many' | 'few'
  /** New calls per second. */
  rate: number
  calls: number
  /** Most callers at once: beyond the agents' number it keeps callers waiting. */
  limit?: number
  ringMs: number
  /** On average: talks last from half to one and a half times as long, else all agents would be free at once. */
  talkMs: number
  /** Speaks G.711 both ways; without it only signalling is measured. */
  media: boolean
}

type Place = Pick<TestAsterisk, 'sipHost' | 'sipPort'>

/** Where the load goes. */
export type Site = Readonly<{
  /** Whom callers call. */
  callers: Place
  /** Where agents' phones register, in turns. */
  registrars: readonly Place[]
  /** The processes whose CPU counts beside the system's own. */
  processes: Readonly<Record<string, number>>
  /** The port of all agents' phones; a free one of its own for each run unless given. */
  agentPort?: number
  /** What happens while the calls are made. */
  meanwhile?(load: Load): Promise<void>
}>

/** One Asterisk and nothing else. */
export function onOne(asterisk: TestAsterisk): Site {
  return { callers: asterisk, registrars: [asterisk], processes: { Asterisk: asterisk.pid } }
}

export type LoadResult = Offers & {
  created: number
  /** Calls that did not end with the BYE of an agent, and those never offered to one. */
  failed: number
  /** Of Asterisk and of the system's own processes, by name. */
  cpuSeconds: Readonly<Record<string, number>>
  /** Calls per second that SIPp really made. */
  rate: number
}

/** Calls before anything is measured: a system that runs all day has its code compiled and its caches warm. */
const warmUpSeconds = 8
/** While the load builds up, latencies don't count. */
const buildUpMs = 2000
/** A caller who isn't answered, or whose call isn't over, after this long has failed. */
const patienceMs = 60_000

/** Starts the system, registers its agents, puts the load on it and stops it again. */
export async function runLoad(system: SystemUnderTest, load: Load, site: Site): Promise<LoadResult> {
  await using running = await system.start()
  const agentPort = site.agentPort ?? (await freePort())
  const accounts = running.agents[load.agents]
  const { registrars, callers: target } = site
  for (const [turn, registrar] of registrars.entries())
    await registerAgents(
      accounts.filter((_, index) => index % registrars.length === turn),
      agentPort,
      registrar,
    )
  await using agents = await startAgents(load, agentPort)
  await running.signIn()
  await runSipp(callerOptions({ ...load, calls: load.rate * warmUpSeconds }, running, target))
  await using capture = await startCapture([target.sipPort, agentPort])
  const processes = { ...site.processes, ...running.processes() }
  const cpuBefore = cpuByProcess(processes)
  const startedMs = Date.now()
  const [callers] = await Promise.all([runSipp(callerOptions(load, running, target)), site.meanwhile?.(load)])
  const cpuAfter = cpuByProcess(processes)
  const packets = await capture.finish()
  const offers = measureOffers(packets, { asterisk: target.sipPort, agents: agents.localPort }, startedMs + buildUpMs)
  const invitesAtMs = packets.filter(({ toPort, method }) => toPort === target.sipPort && method === 'INVITE')
  const spanMs = (invitesAtMs.at(-1)?.atMs ?? NaN) - (invitesAtMs[0]?.atMs ?? NaN)
  return {
    ...offers,
    created: callers.created,
    failed: Math.max(callers.failed, load.calls - callers.successful, offers.neverOffered),
    cpuSeconds: Object.fromEntries(
      Object.entries(cpuAfter).map(([name, seconds]) => [name, seconds - (cpuBefore[name] ?? 0)]),
    ),
    rate: ((invitesAtMs.length - 1) * 1000) / spanMs,
  }
}

function cpuByProcess(processes: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(processes).map(([name, pid]) => [name, cpuSecondsOfTrees([pid])]))
}

async function startAgents(load: Load, localPort: number): Promise<Sipp> {
  return startSipp({
    localPort,
    scenario: readScenario('agent', load),
    values: {
      ringMs: load.ringMs,
      leastTalkMs: load.talkMs * 0.5,
      mostTalkMs: load.talkMs * 1.5,
    },
    toneHz: 440,
    traceMessages: false,
    timeoutMs: loadTimeoutMs(load),
    args: sturdy,
  })
}

function callerOptions(load: Load, running: RunningSystem, target: Place) {
  return {
    scenario: readScenario('caller', load),
    values: { callerNumber: '[field0]', patienceMs },
    host: target.sipHost,
    port: target.sipPort,
    number: running.numbers[load.agents],
    rows: callerNumbers(load.calls),
    calls: load.calls,
    rate: load.rate,
    limit: load.limit ?? load.calls,
    toneHz: 1000,
    traceMessages: false,
    timeoutMs: loadTimeoutMs(load),
    args: sturdy,
  }
}

/** SIPp gives up when the machine is so busy that its watchdog complains; here a busy machine is what we measure. */
const sturdy = ['-watchdog_interval', '0']

let numbersUsed = 0

/** A number for each call that no call of this process had before: the marker that both systems pass on. */
function callerNumbers(count: number): string[][] {
  return Array.from({ length: count }, () => [`+4072${String(++numbersUsed).padStart(7, '0')}`])
}

/** From the port where they will ring: behind NAT, Asterisk rings the address that a registration came from. */
async function registerAgents(accounts: readonly SipAccount[], port: number, registrar: Place): Promise<void> {
  const result = await runSipp({
    scenario: 'register',
    values: { username: '[field0]', authentication: '[field1]', contactPort: port, expiresS: 3600 },
    localPort: port,
    host: registrar.sipHost,
    port: registrar.sipPort,
    rows: accounts.map(({ username, password }) => [username, authentication(username, password)]),
    calls: accounts.length,
    rate: 200,
    traceMessages: false,
  })
  if (result.successful !== accounts.length) {
    throw new Error(`only ${result.successful} of ${accounts.length} agents registered: ${result.errors}`)
  }
}

/** The scenario with audio or without; its other placeholders stay. */
function readScenario(name: string, { media }: Load): string {
  const speak = media ? '<nop><action><exec rtp_stream="{{tone}},-1,0"/></action></nop>' : ''
  return readFileSync(fileURLToPath(new URL(`scenarios/${name}.xml`, import.meta.url)), 'utf8')
    .replaceAll('{{media}}', speak)
    .replaceAll('{{audioPort}}', media ? '[rtpstream_audio_port]' : '[media_port]')
}

function loadTimeoutMs(load: Load): number {
  return (load.calls / load.rate) * 1000 + load.talkMs + 2 * patienceMs
}
