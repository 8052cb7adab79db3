import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AsteriskProgram } from './asterisk-installation.ts'
import type { TlsFiles } from './tls-certificate.ts'

export type AsteriskSettings = Readonly<{
  /** What it calls itself: the beginning of every channel's id. */
  systemName: string
  /** Holds the rendered configuration, the spool with the recordings, the database of registrations and the logs. */
  folder: string
  sip: Readonly<{
    host: string
    port: number
    advertisedHost: string
    /** Behind a translating router: networks on our side of it. */
    localNetworks: readonly string[]
    /** null: no SIP over TLS. */
    tls: (TlsFiles & Readonly<{ port: number }>) | null
  }>
  /** `timeoutSeconds`: a call without media for so long is over. */
  rtp: Readonly<{ from: number; to: number; timeoutSeconds: number }>
  ari: Readonly<{ host: string; port: number; username: string; password: string; app: string }>
}>

/** The realm of every SIP account: the stored HA1 is MD5 of `username:realm:password`. */
export const sipRealm = 'centralita'

const templateFolders = ['../../asterisk-config/', '../../dialplans/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)
const socketPathLimit = 100
const openFiles = 65_536

/** File name -> content, filled in for this machine. */
export function renderConfiguration(program: AsteriskProgram, settings: AsteriskSettings): Map<string, string> {
  const values: Record<string, string | number> = {
    ETC: join(settings.folder, 'etc'),
    CUSTOM: join(settings.folder, 'custom'),
    STATE: settings.folder,
    RUN: runFolder(settings.folder),
    MODULES: program.modulesFolder,
    SHARED: program.sharedFolder,
    MUSIC: join(program.sharedFolder, 'moh'),
    OPEN_FILES: openFiles,
    REALM: sipRealm,
    SIP_BIND: hostAndPort(settings.sip),
    SIP_NAT: addressTranslation(settings.sip),
    SIP_TLS: tlsTransport(settings.sip),
    RTP_FROM: settings.rtp.from,
    RTP_TO: settings.rtp.to,
    SYSTEM_NAME: settings.systemName,
    ARI_HOST: settings.ari.host,
    RTP_TIMEOUT: settings.rtp.timeoutSeconds,
    ARI_PORT: settings.ari.port,
    ARI_USER: settings.ari.username,
    ARI_PASSWORD: settings.ari.password,
    ARI_APP: settings.ari.app,
  }
  const files = templateFolders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.conf'))
      .map((name): [string, string] => [name, fill(name, readFileSync(join(folder, name), 'utf8'), values)]),
  )
  return new Map(files)
}

/** Whether what an earlier start wrote is exactly this. */
export function isConfigured(folder: string, files: ReadonlyMap<string, string>): boolean {
  const etc = join(folder, 'etc')
  try {
    return (
      readdirSync(etc).length === files.size &&
      [...files].every(([name, text]) => readFileSync(join(etc, name), 'utf8') === text)
    )
  } catch {
    return false
  }
}

/** Writes the configuration and makes the folders that Asterisk expects. */
export function writeConfiguration(folder: string, files: ReadonlyMap<string, string>): void {
  const etc = join(folder, 'etc')
  rmSync(etc, { recursive: true, force: true })
  for (const path of ['etc', 'custom', 'lib/keys', 'log', 'cache', 'spool/recording', 'spool/tmp', 'spool/monitor']) {
    mkdirSync(join(folder, path), { recursive: true, mode: 0o700 })
  }
  makePrivate(runFolder(folder))
  for (const [name, text] of files) writeFileSync(join(etc, name), text, { mode: 0o600 })
}

/** Where the control socket lies: a Unix socket's path is limited, so a long folder gets a short stand-in. */
export function runFolder(folder: string): string {
  const beside = join(folder, 'run')
  if (join(beside, 'asterisk.ctl').length <= socketPathLimit) return beside
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  return join(tmpdir(), `centralita-${name}`)
}

function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const state = lstatSync(folder)
  if (!state.isDirectory() || state.uid !== process.getuid?.()) {
    throw new Error(`${folder} belongs to somebody else: remove it, or use a shorter DATA_DIR`)
  }
  chmodSync(folder, 0o700)
}

function fill(name: string, template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replaceAll(/@([A-Z][A-Z_]*)@/g, (_, key: string) => {
    const value = values[key]
    if (value === undefined) throw new Error(`${name} asks for @${key}@, which nobody fills in`)
    return String(value)
  })
}

function hostAndPort({ host, port }: { host: string; port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** An advertised address that no interface of this machine has stands for a translating router in front of it. */
function addressTranslation({ advertisedHost, localNetworks }: AsteriskSettings['sip']): string {
  const ours = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? [])
  if (ours.includes(advertisedHost) || advertisedHost === 'localhost') return ''
  return [
    `external_signaling_address = ${advertisedHost}`,
    `external_media_address = ${advertisedHost}`,
    ...localNetworks.map((network) => `local_net = ${network}`),
  ].join('\n')
}

function tlsTransport(sip: AsteriskSettings['sip']): string {
  if (sip.tls === null) return ''
  const { port, certificate, key, fingerprint } = sip.tls
  return [
    `; certificate ${fingerprint}`,
    '[transport-tls]',
    'type = transport',
    'protocol = tls',
    `bind = ${hostAndPort({ host: sip.host, port })}`,
    `cert_file = ${certificate}`,
    `priv_key_file = ${key}`,
    'method = tlsv1_2',
    addressTranslation(sip),
    '',
  ].join('\n')
}
