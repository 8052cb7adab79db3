import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runFolder } from '../../src/supervisor/asterisk-configuration.ts'
import type { AsteriskSettings } from '../../src/supervisor/asterisk-configuration.ts'
import { findAsterisk } from '../../src/supervisor/asterisk-installation.ts'
import { cacheFolderOf } from '../../src/supervisor/private-installation.ts'
import { ariUrl, reloadCertificate, startAsterisk } from '../../src/supervisor/asterisk-server.ts'
import { followCertificate } from '../../src/supervisor/certificate-renewal.ts'
import { firstNode } from '../../src/node-setting.ts'
import { edgeUrl, startEdge } from '../../src/supervisor/edge-server.ts'
import { freePort, isFree } from '../../src/supervisor/free-port.ts'
import { postgresSocketUrl, postgresUrl, startPostgres } from '../../src/supervisor/postgres-server.ts'
import { tlsFiles } from '../../src/supervisor/tls-certificate.ts'

export type TestPostgres = Readonly<{
  /** An empty database. */
  url: string
  /** As the product reaches its own. */
  socketUrl: string
  /** Of the server that runs now. */
  readonly pid: number
  /** SIGINT: fast shutdown, SIGKILL: a crash. Settles when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** The same data on the same port. */
  restart(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}>

/**
 * `durable`: waits for the disk as the product does; tests that measure nothing needn't. `folder`: keeps its data there, for
 * the next run.
 */
export type TestPostgresOptions = Readonly<{ durable?: boolean; folder?: string }>

/** Somebody else may take the port that was free a moment ago: another one is tried then. */
async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (;;) {
    const port = await freePort()
    try {
      return await start(port)
    } catch (error) {
      if (await isFree('tcp', '127.0.0.1', port)) throw error
    }
  }
}

/** A real PostgreSQL of the test's own, on 127.0.0.1, gone when it is disposed, and so is its data unless it is to be kept. */
export async function startTestPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'ct-pg-'))
  const started = await onFreePort(async (port) => {
    const place = {
      folder: join(folder, 'data'),
      pidFile: join(folder, 'postgres.pid'),
      logFile: join(folder, 'postgres.log'),
      port,
      password: 'test',
      settings: options.durable === true ? [] : ['fsync=off'],
    }
    return { place, daemon: await startPostgres(place) }
  })
  const { place } = started
  let { daemon } = started
  const stop = async (signal: NodeJS.Signals = 'SIGINT'): Promise<void> => {
    if (signal !== 'SIGINT') process.kill(daemon.pid, signal)
    await (signal === 'SIGINT' ? daemon.stop() : daemon.ended)
  }
  return {
    url: postgresUrl(place),
    socketUrl: postgresSocketUrl(place),
    get pid() {
      return daemon.pid
    },
    stop,
    async restart() {
      await daemon.stop()
      daemon = await startPostgres(place)
    },
    async [Symbol.asyncDispose]() {
      await daemon.stop()
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type TestAsterisk = Readonly<{
  /** `http://user:password@127.0.0.1:port`, as ARI_URL expects it. */
  ariUrl: string
  sipHost: string
  sipPort: number
  /** null: no SIP over TLS. */
  tlsPort: number | null
  rtp: Readonly<{ from: number; to: number }>
  /** Holds etc/, spool/recording/, log/messages.log. */
  dir: string
  readonly pid: number
  /** Follows the certificate's files as the product does, only more often. */
  followsCertificate(): Disposable
  stop(signal?: NodeJS.Signals): Promise<void>
  restart(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}>

export type TestAsteriskOptions = Readonly<{
  /** What it calls itself, when it is not the first node. */
  systemName?: string
  /** An address of the loopback range; 127.0.0.1 unless given. */
  host?: string
  sipPort?: number
  ariPort?: number
  rtp?: Readonly<{ from: number; to: number }>
  app?: string
  /** With SIP over TLS as well. */
  tls?: boolean
  /** Behind a translating router: the outer address, and the networks on this side of it. */
  nat?: Readonly<{ advertisedHost: string; localNetworks: readonly string[] }>
  /** As RTP_TIMEOUT. */
  rtpTimeoutSeconds?: number
  /** The operator's own files, by name (`pjsip.conf`, `extensions.conf`, `queue_members.conf`): more accounts, numbers. */
  custom?: Readonly<Record<string, string>>
}>

/** A real Asterisk with the product's own configuration and dialplan, on 127.0.0.1 and free ports. */
export async function startTestAsterisk(options: TestAsteriskOptions = {}): Promise<TestAsterisk> {
  const program = await findAsterisk({
    cacheFolder: cacheFolderOf(process.env['XDG_CACHE_HOME']),
    report: () => undefined,
  })
  const dir = mkdtempSync(join(tmpdir(), 'ct-ast-'))
  const host = options.host ?? '127.0.0.1'
  const sipPort = options.sipPort ?? (await freePort())
  const settings: AsteriskSettings = {
    systemName: options.systemName ?? firstNode.systemName,
    folder: dir,
    sip: {
      host,
      port: sipPort,
      ...(options.nat ?? { advertisedHost: host, localNetworks: [] }),
      tls: options.tls === true ? { ...tlsFiles(null, join(dir, 'tls'), [host]), port: await freePort() } : null,
    },
    rtp: { timeoutSeconds: options.rtpTimeoutSeconds ?? 120, ...(options.rtp ?? { from: 20_000, to: 29_999 }) },
    ari: {
      host,
      port: options.ariPort ?? (await freePort()),
      username: 'centralita',
      password: 'test',
      app: options.app ?? 'centralita',
    },
  }
  const place = { program, settings, pidFile: join(dir, 'asterisk.pid'), logFile: join(dir, 'asterisk.log') }
  mkdirSync(join(dir, 'custom'))
  for (const [name, text] of Object.entries(options.custom ?? {})) writeFileSync(join(dir, 'custom', name), text)
  let daemon = await startAsterisk(place)
  return {
    ariUrl: ariUrl(place),
    sipHost: host,
    sipPort,
    tlsPort: settings.sip.tls?.port ?? null,
    rtp: settings.rtp,
    dir,
    get pid() {
      return daemon.pid
    },
    followsCertificate() {
      const { tls } = settings.sip
      if (tls === null) throw new Error('this Asterisk speaks no TLS')
      const read = () => tlsFiles(null, join(dir, 'tls'), [host])
      const report = () => undefined
      return followCertificate(tls, { read, renew: () => reloadCertificate(place), report, everyMs: 50 })
    },
    async stop(signal = 'SIGTERM') {
      if (signal === 'SIGTERM') return daemon.stop()
      process.kill(daemon.pid, signal)
      await daemon.ended
    },
    async restart() {
      await daemon.stop()
      daemon = await startAsterisk(place)
    },
    async [Symbol.asyncDispose]() {
      await daemon.stop()
      for (const folder of [dir, runFolder(dir)]) rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type TestEdge = Readonly<{
  sipHost: string
  sipPort: number
  /** As EDGE_URL expects it. */
  url: string
  [Symbol.asyncDispose](): Promise<void>
}>

/** A real Kamailio in front of these nodes, with the product's own configuration. */
export async function startTestEdge(nodes: readonly Pick<TestAsterisk, 'sipHost' | 'sipPort'>[]): Promise<TestEdge> {
  const folder = mkdtempSync(join(tmpdir(), 'ct-edge-'))
  const place = {
    folder,
    sip: { host: '127.0.0.1', port: await freePort() },
    nodes: nodes.map(({ sipHost: host, sipPort: port }) => ({ host, port })),
    control: { port: await freePort(), password: 'test' },
    pidFile: join(folder, 'edge.pid'),
    logFile: join(folder, 'edge.log'),
  }
  const daemon = await startEdge(place)
  return {
    sipHost: place.sip.host,
    sipPort: place.sip.port,
    url: edgeUrl(place),
    async [Symbol.asyncDispose]() {
      await daemon.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
