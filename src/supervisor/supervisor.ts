import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { firstNode } from '../node-setting.ts'
import { probeDatabase } from '../platform/database/probe.ts'
import { findAsterisk, leastAsteriskMajor, majorOf } from './asterisk-installation.ts'
import { adoptAsterisk, ariUrl, probeAri, reloadCertificate, startAsterisk } from './asterisk-server.ts'
import type { AsteriskPlace } from './asterisk-server.ts'
import type { AsteriskSettings } from './asterisk-configuration.ts'
import { followCertificate } from './certificate-renewal.ts'
import { adoptDaemon, startDaemon } from './daemon.ts'
import type { Daemon, Launch } from './daemon.ts'
import { openDataFolder } from './data-folder.ts'
import type { DataFolder, Ports } from './data-folder.ts'
import { adoptEdge, edgeUrl, startEdge } from './edge-server.ts'
import type { EdgePlace } from './edge-server.ts'
import { freePort, isFree, requireFree } from './free-port.ts'
import { keepAlive } from './kept-alive.ts'
import type { KeptAlive } from './kept-alive.ts'
import { adoptPostgres, postgresSocketUrl, startPostgres } from './postgres-server.ts'
import type { PostgresPlace } from './postgres-server.ts'
import type { Installer } from './private-installation.ts'
import { belongTogether, tlsFiles } from './tls-certificate.ts'
import { pathWithSpeech } from './speech-installation.ts'

export type Supervision = Installer &
  Readonly<{
    config: Config
    /** Passed on to the service, which reads the same variables. */
    env: NodeJS.ProcessEnv
    /** The file that Node runs as the service. */
    serviceEntry: string
    /** Aborts when everything is to stop. */
    signal: AbortSignal
  }>

/** The service's exit code for a configuration that it can't work with (sysexits.h, EX_CONFIG). */
export const configurationErrorCode = 78

/**
 * Runs Postgres and Asterisk where they are ours, and the service, until `signal` aborts; then stops them in reverse order.
 * What an earlier supervisor left alive is adopted, its service replaced.
 * @returns the exit code
 */
export async function supervise(supervision: Supervision): Promise<number> {
  const { config, report, signal } = supervision
  await using stack = new AsyncDisposableStack()
  const data = stack.use(await openDataFolder(config.dataDir))
  await adoptDaemon(serviceLaunch(supervision, data, {}), serviceMark(data))?.stop()
  if (config.node === null) await requireFree('tcp', config.http, 'HTTP', 'HTTP_PORT')
  signal.throwIfAborted()

  const ports = await choosePorts(data)
  if (config.node !== null) {
    report(`this is the node ${config.node.name}, and nothing else`)
    await asterisk(supervision, data, ports, stack)
    await aborted(signal)
    report('stopping')
    return 0
  }
  const databaseUrl = await database(supervision, data, ports, stack)
  signal.throwIfAborted()
  const ari = await asterisk(supervision, data, ports, stack)
  signal.throwIfAborted()

  const edgeAddress = await edge(supervision, data, ports, stack)
  signal.throwIfAborted()

  const path = await pathWithSpeech(supervision.env['PATH'] ?? '', supervision)
  const servers = { DATABASE_URL: databaseUrl, ARI_URL: ari, EDGE_URL: edgeAddress, PATH: path }
  const launch = serviceLaunch(supervision, data, servers)
  const service = keepAlive(await startDaemon(launch), {
    start: () => startDaemon(launch),
    report,
    refuses: (ending) => ending.code === configurationErrorCode,
  })
  stack.defer(() => service.stop())
  const refused = await Promise.race([service.refused, aborted(signal)])
  if (refused === null) report('stopping')
  return refused?.code ?? 0
}

async function database(
  { config, report }: Supervision,
  data: DataFolder,
  ports: Ports,
  stack: AsyncDisposableStack,
): Promise<string> {
  if (config.databaseUrl !== null) {
    const problem = await probeDatabase(config.databaseUrl)
    if (problem !== null) throw new Error(`the database that DATABASE_URL names can't be reached: ${problem}`)
    return config.databaseUrl
  }
  const place: PostgresPlace = {
    folder: join(data.path, 'postgres'),
    pidFile: data.pidFile('postgres'),
    logFile: data.logFile('postgres'),
    port: ports.postgres,
    password: data.secrets.databasePassword,
  }
  const start = (): Promise<Daemon> => startPostgres(place)
  own(stack, report, (await adoptPostgres(place)) ?? (await start()), start)
  return postgresSocketUrl(place)
}

async function asterisk(
  supervision: Supervision,
  data: DataFolder,
  ports: Ports,
  stack: AsyncDisposableStack,
): Promise<string> {
  const { config, report } = supervision
  if (config.ari !== null) return requireAri(config.ari)
  const program = await findAsterisk(supervision)
  // A certificate may be renewed while it runs.
  const placeNow = (): AsteriskPlace => ({
    program,
    settings: {
      systemName: config.node?.name ?? firstNode.systemName,
      folder: join(data.path, 'asterisk'),
      sip: { ...config.sip, tls: tlsOf(config, data) },
      rtp: config.rtp,
      ari: ownAri(config, data, ports),
    },
    pidFile: data.pidFile('asterisk'),
    logFile: data.logFile('asterisk'),
  })
  const place = placeNow()
  const start = (): Promise<Daemon> => startAsterisk(placeNow())
  const adopted = await adoptAsterisk(place)
  if (adopted === null) {
    await requireFree('udp', config.sip, 'SIP over UDP', 'SIP_PORT')
    await requireFree('tcp', config.sip, 'SIP over TCP', 'SIP_PORT')
    const { host, tlsPort } = config.sip
    if (tlsPort !== null) await requireFree('tcp', { host, port: tlsPort }, 'SIP over TLS', 'SIP_TLS_PORT')
  }
  own(stack, report, adopted ?? (await start()), start)
  const { tls } = place.settings.sip
  if (tls !== null) {
    if (!belongTogether(tls)) report(unusableCertificate)
    const read = () => tlsOf(config, data) ?? tls
    stack.use(followCertificate(tls, { read, renew: () => reloadCertificate(placeNow()), report }))
  }
  return ariUrl(place)
}

const unusableCertificate =
  'SIP over TLS does not work: SIP_TLS_CERTIFICATE and SIP_TLS_KEY must name a certificate in PEM and its own key'

function tlsOf({ sip }: Config, data: DataFolder): AsteriskSettings['sip']['tls'] {
  if (sip.tlsPort === null) return null
  return { ...tlsFiles(sip.certificate, join(data.path, 'tls'), [sip.advertisedHost]), port: sip.tlsPort }
}

/** Where our Asterisk is spoken with: by the service on this machine alone, or as a node of another machine's service. */
function ownAri({ node, ariApp: app }: Config, data: DataFolder, ports: Ports): AsteriskPlace['settings']['ari'] {
  if (node === null)
    return { host: '127.0.0.1', port: ports.ari, username: 'centralita', password: data.secrets.ariPassword, app }
  const { host, port, ari } = node
  return { host, port, username: ari.username, password: ari.password, app }
}

/** Where the service speaks with the edge; nothing: there is none. */
async function edge(
  { config, report }: Supervision,
  data: DataFolder,
  ports: Ports,
  stack: AsyncDisposableStack,
): Promise<string | undefined> {
  if (config.edgeSip === null) return config.edgeUrl ?? undefined
  // Its own, and made of what is secret already: whoever knows it can't tell the password that it comes from.
  const password = createHmac('sha256', data.secrets.ariPassword).update('edge').digest('base64url')
  const place: EdgePlace = {
    folder: join(data.path, 'edge'),
    sip: config.edgeSip,
    nodes: [config.nodeSip, ...config.nodes.map(({ sip }) => sip)],
    control: { port: ports.edge ?? (await freePort()), password },
    pidFile: data.pidFile('edge'),
    logFile: data.logFile('edge'),
  }
  const start = (): Promise<Daemon> => startEdge(place)
  const adopted = await adoptEdge(place)
  if (adopted === null) await requireFree('udp', config.edgeSip, 'the edge', 'EDGE_SIP')
  own(stack, report, adopted ?? (await start()), start)
  return edgeUrl(place)
}

/** Keeps a server of ours running until the stack unwinds. */
function own(
  stack: AsyncDisposableStack,
  report: (line: string) => void,
  first: Daemon,
  start: () => Promise<Daemon>,
): void {
  report(`${first.name} ${first.adopted ? 'was still running' : 'started'} (process ${first.pid})`)
  const kept: KeptAlive = keepAlive(first, { start, report })
  stack.defer(() => kept.stop())
}

async function requireAri(ari: NonNullable<Config['ari']>): Promise<string> {
  const url = new URL(ari.url)
  url.username = encodeURIComponent(ari.username)
  url.password = encodeURIComponent(ari.password)
  const answer = await probeAri(url.href)
  if (!answer.ok) throw new Error(`the Asterisk that ARI_URL names can't be reached: ${answer.problem}`)
  if (majorOf(answer.version) < leastAsteriskMajor) {
    throw new Error(`Asterisk ${answer.version} is too old: ${leastAsteriskMajor} or later is needed`)
  }
  return url.href
}

/** The ports of the last start, so that what still lives is found; one that somebody else took meanwhile is replaced. */
async function choosePorts(data: DataFolder): Promise<Ports> {
  const last = data.readPorts()
  const keep = async (
    port: number | undefined,
    name: 'postgres' | 'asterisk' | 'edge',
    mark: string,
  ): Promise<number> => {
    if (port === undefined) return freePort()
    const ours = adoptDaemon({ name, pidFile: data.pidFile(name), stop: { signal: 'SIGTERM', limitMs: 0 } }, mark)
    return ours !== null || (await isFree('tcp', '127.0.0.1', port)) ? port : freePort()
  }
  const ports = {
    postgres: await keep(last?.postgres, 'postgres', join(data.path, 'postgres')),
    ari: await keep(last?.ari, 'asterisk', join(data.path, 'asterisk/etc/asterisk.conf')),
    edge: await keep(last?.edge, 'edge', join(data.path, 'edge/kamailio.cfg')),
  }
  data.writePorts(ports)
  return ports
}

function serviceLaunch({ env, serviceEntry }: Supervision, data: DataFolder, servers: NodeJS.ProcessEnv): Launch {
  return {
    name: 'the service',
    command: process.execPath,
    args: [serviceEntry],
    env: { ...env, ...servers, DATA_DIR: data.path },
    pidFile: data.pidFile('service'),
    stop: { signal: 'SIGTERM', limitMs: 10_000 },
  }
}

function serviceMark(data: DataFolder): string {
  return `DATA_DIR=${data.path}`
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((settle) => {
    if (signal.aborted) return settle(null)
    signal.addEventListener('abort', () => settle(null), { once: true })
  })
}
