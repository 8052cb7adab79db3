import { join } from 'node:path'
import { networkInterfaces } from 'node:os'
import type { CountryCode } from 'libphonenumber-js/max'
import { readVariables, type Environment, type Values } from './config-variables.ts'
import type { DiskBounds } from './disk-setting.ts'
import { mailServerIn, type MailServer } from './mail-setting.ts'
import { nodeIn, nodesIn, sipAddressIn, type SipAddress } from './node-setting.ts'

export { ConfigurationError } from './config-variables.ts'
export type { MailServer }

export type AriAddress = Readonly<{ url: string; username: string; password: string; app: string }>

/** One more Asterisk beside the first: its name, and where it and its phones are reached. */
export type NodeAddress = Readonly<{ name: string; ari: AriAddress; sip: SipAddress }>

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'

/** Everything that the environment decides, checked once. `null` for a server means: the supervisor runs its own. */
export type Config = Readonly<{
  http: Readonly<{
    host: string
    port: number
    /** Proxies in front whose word for who asks is taken. */
    trustedProxies: readonly string[]
  }>
  sip: Readonly<{
    host: string
    port: number
    advertisedHost: string
    /** Behind a translating router: networks on our side of it. */
    localNetworks: readonly string[]
    /** null: no SIP over TLS. */
    tlsPort: number | null
    /** Files in PEM; null: one of our own making. */
    certificate: Readonly<{ certificate: string; key: string }> | null
  }>
  /** `timeoutSeconds`: a call without media for so long is over. */
  rtp: Readonly<{ from: number; to: number; timeoutSeconds: number }>
  /** Where browsers find a way to us from behind their networks. */
  ice: Readonly<{ stunUrls: readonly string[]; turnUrls: readonly string[]; turnSecret: string | null }>
  dataDir: string
  /** How little free space is little, on the disks that hold our data. */
  diskBounds: DiskBounds
  /** How often they are looked at. */
  diskCheckMs: number
  /** What stored secrets are sealed with; null: a key of our own making, in the data folder. */
  sealingKey: string | null
  databaseUrl: string | null
  ari: AriAddress | null
  ariApp: string
  /** Where other nodes reach the first one. */
  nodeSip: SipAddress
  /** Where an edge of our own takes SIP for all nodes; null: there is none, or it is the operator's. */
  edgeSip: SipAddress | null
  /** Where the edge is told which nodes take calls; null: there is none. */
  edgeUrl: string | null
  /** This machine runs no more than an Asterisk node of that name, whose ARI the service reaches there; null: all of it. */
  node: Readonly<{ name: string; ari: AriAddress; host: string; port: number }> | null
  /** Asterisk nodes beside the first. */
  nodes: readonly NodeAddress[]
  scriptsDir: string
  logLevel: LogLevel
  publicUrl: string | null
  country: CountryCode
  /** What callbacks say who calls; null: they say only that it is the call that was asked for. */
  organisation: string | null
  /** IANA name: what dates and times are told in, and what the demo's hours are kept in. */
  timezone: string
  /** PJSIP dial string with `{number}` in it: a way out beside the directory's trunks; null: none. */
  outboundDial: string | null
  /** Called while the service is away, for entry points that name no other; null: callers leave a message. */
  fallbackNumber: string | null
  /** Whether agents' phones may transfer by REFER; `auto`: where Asterisk is known to survive every such request. */
  phoneTransfers: 'auto' | 'on' | 'off'
  /** What Asterisk writes its security events to. */
  securityLog: string
  /** Networks that are never banned from SIP. */
  neverBanned: readonly string[]
  /** Beside those that the country is known to have. */
  emergencyNumbers: readonly string[]
  /** How long a customer whom a callback did not reach is left in peace, until the next attempt. */
  callbackRetryMs: number
  /** How fast texts are spoken to callers. */
  speechWordsPerMinute: number
  /** Queues for which strangers may ask to be called, by a form on a web page; none: nobody may. */
  callbackFormQueues: readonly string[]
  /** Where flows take payments; null: they can't. */
  paymentUrl: string | null
  /** Readable in flows as `config.<name>`: what FLOW_CONFIG_<name> holds. */
  flowConfig: Readonly<Record<string, string>>
  /** How mail leaves; null: none does. `authorities`: a file in PEM, believed beside those that Node knows. */
  mail: Readonly<{ server: MailServer; authorities: string | null; from: string }> | null
  demo: boolean
  /** Host names, addresses and networks inside that webhooks and CRM look-ups may reach. */
  privateTargets: readonly string[]
}>

/**
 * The only reader of the environment.
 * @throws ConfigurationError naming every variable that can't be used, and what to write instead
 */
export function readConfig(env: Environment): Config {
  const values = readVariables(env)
  const advertisedHost = values.SIP_ADVERTISED_HOST ?? reachableAddress(values.SIP_HOST)
  return deepFreeze({
    http: { host: values.HTTP_HOST, port: values.HTTP_PORT, trustedProxies: values.TRUSTED_PROXIES },
    sip: {
      host: values.SIP_HOST,
      port: values.SIP_PORT,
      advertisedHost,
      localNetworks: values.SIP_LOCAL_NETWORKS,
      tlsPort: values.SIP_TLS_PORT === undefined ? values.SIP_PORT + 1 : values.SIP_TLS_PORT,
      certificate: certificateOf(values),
    },
    rtp: { ...values.RTP_PORTS, timeoutSeconds: values.RTP_TIMEOUT },
    ice: { stunUrls: values.STUN_URLS, turnUrls: values.TURN_URLS, turnSecret: values.TURN_SECRET ?? null },
    dataDir: values.DATA_DIR,
    diskBounds: { low: values.DISK_LOW, urgent: values.DISK_URGENT },
    diskCheckMs: values.DISK_CHECK * 1_000,
    sealingKey: values.SEALING_KEY ?? null,
    databaseUrl: values.DATABASE_URL?.href ?? null,
    ari: values.ARI_URL === undefined ? null : ariAddress(values.ARI_URL, values.ARI_APP),
    ariApp: values.ARI_APP,
    nodeSip: sipAddressIn(values.NODE_SIP ?? '') ?? { host: advertisedHost, port: values.SIP_PORT },
    node: ownNode(values.NODE_ALONE, values.ARI_APP),
    edgeSip: sipAddressIn(values.EDGE_SIP ?? ''),
    edgeUrl: values.EDGE_URL?.href ?? null,
    nodes: (nodesIn(values.NODES) ?? []).map(({ name, url, sip }) => ({
      ...{ name, sip },
      ari: ariAddress(url, values.ARI_APP),
    })),
    scriptsDir: values.SCRIPTS_DIR,
    logLevel: values.LOG_LEVEL,
    publicUrl: values.PUBLIC_URL?.href.replace(/\/$/, '') ?? null,
    country: values.ORGANISATION_COUNTRY,
    organisation: values.ORGANISATION_NAME ?? null,
    timezone: values.TIMEZONE,
    phoneTransfers: values.PHONE_TRANSFERS,
    outboundDial: values.OUTBOUND_DIAL ?? null,
    fallbackNumber: values.FALLBACK_NUMBER ?? null,
    securityLog: values.SIP_SECURITY_LOG ?? join(values.DATA_DIR, 'asterisk', 'log', 'security.log'),
    neverBanned: values.BAN_EXEMPT,
    emergencyNumbers: values.EMERGENCY_NUMBERS,
    callbackRetryMs: values.CALLBACK_RETRY * 1_000,
    speechWordsPerMinute: values.SPEECH_RATE,
    callbackFormQueues: values.CALLBACK_FORM_QUEUES?.split(',').map((id) => id.trim()) ?? [],
    paymentUrl: values.PAYMENT_URL?.href ?? null,
    flowConfig: flowConfigOf(env),
    mail: mailOf(values),
    demo: values.DEMO === 'on',
    privateTargets: values.PRIVATE_TARGETS,
  })
}

const flowConfigPrefix = 'FLOW_CONFIG_'

function flowConfigOf(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith(flowConfigPrefix) && value !== undefined ? [[name.slice(flowConfigPrefix.length), value]] : [],
    ),
  )
}

function certificateOf(values: Values): Config['sip']['certificate'] {
  const { SIP_TLS_CERTIFICATE: certificate, SIP_TLS_KEY: key } = values
  return certificate === undefined || key === undefined ? null : { certificate, key }
}

function mailOf({ SMTP_URL: url, SMTP_CA: authorities, MAIL_FROM: from }: Values): Config['mail'] {
  const server = mailServerIn(url ?? '')
  return server === null || from === undefined ? null : { server, authorities: authorities ?? null, from }
}

function ariAddress(url: URL, app: string): AriAddress {
  const username = decodeURIComponent(url.username)
  const password = decodeURIComponent(url.password)
  return { url: `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, '')}`, username, password, app }
}

function ownNode(text: string | undefined, app: string): Config['node'] {
  const node = nodeIn(text ?? '')
  if (node === null) return null
  const { name, url } = node
  return { name, ari: ariAddress(url, app), host: url.hostname, port: Number(url.port === '' ? 80 : url.port) }
}

/** The address to hand out for a listener: its own, or this machine's first outer IPv4 when it listens everywhere. */
function reachableAddress(listenHost: string): string {
  if (listenHost !== '0.0.0.0' && listenHost !== '::') return listenHost
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return addresses.find((address) => address.family === 'IPv4' && !address.internal)?.address ?? '127.0.0.1'
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part)
  return Object.freeze(value)
}
