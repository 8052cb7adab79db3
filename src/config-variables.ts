/** The variables of the environment, each with what it accepts, its default, and what a person must write instead of a bad value. */
import { resolve } from 'node:path'
import { isIP } from 'node:net'
import { isSupportedCountry } from 'libphonenumber-js/max'
import { z } from 'zod'
import { diskBoundIn, isNotBelow } from './disk-setting.ts'
import { mailServerIn } from './mail-setting.ts'
import { nodeIn, nodesIn, sipAddressIn } from './node-setting.ts'

/** What the environment says can't be used; `message` holds one line for each variable. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}

export type Environment = Readonly<Record<string, string | undefined>>

const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((value) => value >= 1 && value <= 65_535)

const portRange = z
  .string()
  .regex(/^\d{1,5}-\d{1,5}$/)
  .transform((text) => {
    const [from = 0, to = 0] = text.split('-').map(Number)
    return { from, to }
  })
  .refine(({ from, to }) => from >= 1024 && to <= 65_535 && to - from >= 9)

const iceUrls = (scheme: string) =>
  z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((url) => (url.trim() === '' ? [] : [url.trim()])))
    .refine((urls) => urls.every((url) => new RegExp(`^${scheme}s?:[\\w.:?=-]+$`).test(url)))

const networks = z
  .string()
  .transform((text) => text.split(',').map((entry) => entry.trim()))
  .refine((entries) => entries.every(isNetwork))
const host = z.string().regex(/^[\w.:-]+$/)
const folder = z.string().transform((path) => resolve(path))

/** @param usual in force unless the variable is set */
const diskBound = (usual: string) =>
  z
    .string()
    .default(usual)
    .transform((text, context) => {
      const bound = diskBoundIn(text)
      if (bound !== null) return bound
      context.addIssue('it is neither a share nor an amount')
      return z.NEVER
    })

function urlOf(...protocols: string[]): z.ZodType<URL, string> {
  return z
    .string()
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol))
    .transform((text) => new URL(text))
}

const variables = {
  HTTP_HOST: { accepts: host.default('0.0.0.0'), expected: 'a host name or address to listen on, such as 127.0.0.1' },
  HTTP_PORT: { accepts: port.default(8080), expected: 'a port between 1 and 65535, such as 8080' },
  TRUSTED_PROXIES: {
    accepts: networks.default([]),
    expected: 'addresses and networks of the proxies in front, such as 127.0.0.1,10.0.0.0/8',
  },
  SEALING_KEY: {
    accepts: z.string().min(32).optional(),
    expected: 'at least 32 characters made by chance, or leave it unset',
  },
  SIP_HOST: { accepts: host.default('0.0.0.0'), expected: 'an address to listen on, such as 0.0.0.0' },
  SIP_PORT: { accepts: port.default(5060), expected: 'a port between 1 and 65535, such as 5060' },
  SIP_ADVERTISED_HOST: {
    accepts: host.optional(),
    expected: 'the host name or address that phones reach, such as 192.0.2.10',
  },
  SIP_LOCAL_NETWORKS: {
    accepts: networks.default(['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']),
    expected: 'the networks on this side of the router, such as 10.0.0.0/8,192.168.0.0/16',
  },
  SIP_TLS_PORT: {
    accepts: z.union([z.literal('off').transform(() => null), port]).optional(),
    expected: 'a port between 1 and 65535, such as 5061, or off',
  },
  SIP_TLS_CERTIFICATE: { accepts: folder.optional(), expected: 'the file of the certificate with its chain, in PEM' },
  SIP_TLS_KEY: { accepts: folder.optional(), expected: 'the file of its private key, in PEM' },
  RTP_TIMEOUT: {
    accepts: z.coerce.number().int().min(2).max(3_600).default(120),
    expected: 'the seconds without media after which a call is over, such as 120',
  },
  RTP_PORTS: {
    accepts: portRange.default({ from: 10_000, to: 20_000 }),
    expected: 'at least ten ports from 1024 up, such as 10000-20000',
  },
  STUN_URLS: {
    accepts: iceUrls('stun'),
    expected: 'addresses such as stun:stun.example.org:3478, with commas between',
  },
  TURN_URLS: {
    accepts: iceUrls('turn'),
    expected: 'addresses such as turn:turn.example.org:3478?transport=udp, with commas between',
  },
  TURN_SECRET: { accepts: z.string().min(8).optional(), expected: 'the secret shared with the TURN server' },
  DATA_DIR: { accepts: folder.default(() => resolve('data')), expected: 'a folder, such as data' },
  DISK_LOW: {
    accepts: diskBound('10%,5GB'),
    expected: 'a share, an amount or both with a comma (then whichever is less), such as 10%, 5GB or 10%,5GB',
  },
  DISK_URGENT: {
    accepts: diskBound('2%,1GB'),
    expected: 'a share, an amount or both with a comma (then whichever is less), such as 2%, 1GB or 2%,1GB',
  },
  DISK_CHECK: {
    accepts: z.coerce.number().int().min(1).max(3_600).default(60),
    expected: 'a whole number of seconds between two looks at the disks, such as 60',
  },
  DATABASE_URL: {
    accepts: urlOf('postgres:', 'postgresql:').optional(),
    expected: 'postgres://user:password@host:5432/database, or leave it unset for the built-in Postgres',
  },
  ARI_URL: {
    accepts: urlOf('http:', 'https:')
      .refine((url) => url.username !== '' && url.password !== '')
      .optional(),
    expected: 'http://user:password@host:8088, or leave it unset for an Asterisk of our own',
  },
  ARI_APP: {
    accepts: z
      .string()
      .regex(/^[\w-]{1,80}$/)
      .default('centralita'),
    expected: 'letters, digits, _ and -, such as centralita',
  },
  NODE_SIP: {
    accepts: z
      .string()
      .refine((text) => sipAddressIn(text) !== null)
      .optional(),
    expected: 'where other nodes reach the first one for SIP, such as 10.0.0.1:5060',
  },
  NODE_ALONE: {
    accepts: z
      .string()
      .refine((text) => nodeIn(text) !== null)
      .optional(),
    expected: 'what this machine alone is to be, such as b=http://centralita:password@10.0.0.2:8088, or leave it unset',
  },
  EDGE_SIP: {
    accepts: z
      .string()
      .refine((text) => sipAddressIn(text) !== null)
      .optional(),
    expected: 'where the edge in front of the nodes is to take SIP, such as 192.0.2.10:5060, or leave it unset',
  },
  EDGE_URL: {
    accepts: urlOf('http:')
      .refine((url) => url.username !== '' && url.password !== '')
      .optional(),
    expected: 'http://user:password@127.0.0.1:port/rpc of an edge of your own, or leave it unset',
  },
  NODES: {
    accepts: z
      .string()
      .refine((text) => nodesIn(text) !== null)
      .default(''),
    expected:
      'the other Asterisk nodes, a space between two, such as b=http://user:password@10.0.0.2:8088?sip=10.0.0.2:5060',
  },
  SCRIPTS_DIR: { accepts: folder.default(() => resolve('ivr-scripts')), expected: 'the folder of the flows' },
  LOG_LEVEL: {
    accepts: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    expected: 'one of fatal, error, warn, info, debug, trace, silent',
  },
  PUBLIC_URL: {
    accepts: urlOf('http:', 'https:').optional(),
    expected: 'the address that browsers use, such as https://calls.example.org',
  },
  ORGANISATION_COUNTRY: {
    accepts: z.string().toUpperCase().refine(isSupportedCountry).default('RO'),
    expected: 'a country of two letters, such as RO',
  },
  ORGANISATION_NAME: {
    accepts: z
      .string()
      .max(100)
      .regex(/^[^\p{Cc}]+$/u)
      .optional(),
    expected: 'the name that customers hear when they are called, of at most 100 characters',
  },
  TIMEZONE: {
    accepts: z
      .string()
      .refine(isTimezone)
      .default(() => Intl.DateTimeFormat().resolvedOptions().timeZone),
    expected: 'an IANA time zone, such as Europe/Bucharest',
  },
  PHONE_TRANSFERS: {
    accepts: z.enum(['auto', 'on', 'off']).default('auto'),
    expected: 'auto, on or off',
  },
  OUTBOUND_DIAL: {
    accepts: z
      .string()
      .regex(/^PJSIP\/[^,&]*\{number\}[^,&]*$/)
      .optional(),
    expected: 'a PJSIP dial string with {number} in it, such as PJSIP/{number}@trunk, or leave it unset',
  },
  FALLBACK_NUMBER: {
    accepts: z
      .string()
      .regex(/^\+?\d{3,15}$/)
      .optional(),
    expected: 'a number to call while the service is away, such as +40311234567, or leave it unset',
  },
  SIP_SECURITY_LOG: { accepts: folder.optional(), expected: "the file of Asterisk's security events" },
  BAN_EXEMPT: {
    accepts: networks.default([]),
    expected: 'addresses and networks, such as 192.0.2.0/24,2001:db8::/32',
  },
  EMERGENCY_NUMBERS: {
    accepts: z
      .string()
      .regex(/^\d{2,6}( *, *\d{2,6})*$/)
      .transform((text) => text.split(/ *, */))
      .default([]),
    expected: "short numbers beside your country's own, such as 115,9911, or leave it unset",
  },
  SPEECH_RATE: {
    accepts: z.coerce.number().int().min(80).max(450).default(155),
    expected: 'a whole number of words a minute from 80 to 450, such as 155',
  },
  CALLBACK_RETRY: {
    accepts: z.coerce.number().int().min(1).max(86_400).default(300),
    expected: 'a whole number of seconds between two attempts of a callback, such as 300',
  },
  CALLBACK_FORM_QUEUES: {
    accepts: z
      .string()
      .regex(/^[\w-]+( *, *[\w-]+)*$/)
      .optional(),
    expected: 'the ids of queues, such as sales,support, or leave it unset',
  },
  PAYMENT_URL: {
    accepts: urlOf('http:', 'https:').optional(),
    expected: "the payment provider's address, such as https://pay.example.org/charges, or leave it unset",
  },
  SMTP_URL: {
    accepts: z
      .string()
      .refine((text) => mailServerIn(text) !== null)
      .optional(),
    expected: 'smtp://user:password@mail.example.org:587, smtps:// for TLS at once, or leave it unset',
  },
  SMTP_CA: { accepts: folder.optional(), expected: 'a file in PEM with the authority of the mail server' },
  MAIL_FROM: {
    accepts: z.email().max(190).optional(),
    expected: 'the address mails come from, such as help@example.org',
  },
  PRIVATE_TARGETS: {
    accepts: z
      .string()
      .default('')
      .transform((text) => text.split(',').flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()])))
      .refine((entries) => entries.every(isTarget)),
    expected: 'host names, addresses and networks with commas, such as crm.local,10.1.0.0/16, or leave it unset',
  },
  DEMO: { accepts: z.enum(['on', 'off']).default('on'), expected: 'on or off' },
} as const

type Variable = keyof typeof variables
export type Values = { [V in Variable]: z.output<(typeof variables)[V]['accepts']> }

/**
 * An empty variable counts as unset.
 * @throws ConfigurationError naming every variable that can't be used, and what to write instead
 */
export function readVariables(env: Environment): Values {
  const problems: string[] = []
  const values = Object.entries(variables).map(([name, { accepts, expected }]) => {
    const text = env[name]?.trim()
    const result = accepts.safeParse(text === '' ? undefined : text)
    if (!result.success) problems.push(`${name} can't be used: write ${expected}`)
    return [name, result.data]
  })
  const { SIP_TLS_CERTIFICATE: certificate, SIP_TLS_KEY: key } = env
  if (((certificate ?? '').trim() === '') !== ((key ?? '').trim() === ''))
    problems.push('SIP_TLS_CERTIFICATE and SIP_TLS_KEY go together: set both, or neither')
  if (((env['SMTP_URL'] ?? '').trim() === '') !== ((env['MAIL_FROM'] ?? '').trim() === ''))
    problems.push('SMTP_URL and MAIL_FROM go together: set both, or neither')
  const { DISK_LOW: low, DISK_URGENT: urgent } = Object.fromEntries(values) as Partial<Values>
  if (low !== undefined && urgent !== undefined && isNotBelow(urgent, low))
    problems.push('DISK_URGENT must be less than DISK_LOW: raise DISK_LOW, or lower DISK_URGENT')
  if (problems.length > 0) throw new ConfigurationError(problems.join('\n'))
  // Every entry above passed its own schema.
  const read = Object.fromEntries(values) as Values
  const clash = clashOf(read)
  if (clash !== null) throw new ConfigurationError(clash)
  return read
}

/** Two listeners of ours on one port: each alone would find it free. */
function clashOf(values: Values): string | null {
  const { HTTP_HOST, HTTP_PORT: http, SIP_HOST, SIP_PORT: sip, SIP_TLS_PORT } = values
  if (values.ARI_URL !== undefined || values.NODE_ALONE !== undefined) return null
  if (SIP_TLS_PORT === undefined && sip === 65_535)
    return 'SIP_PORT is the last port there is: set SIP_TLS_PORT as well'
  const tls = SIP_TLS_PORT === undefined ? sip + 1 : SIP_TLS_PORT
  const both = (names: string, port: number): string => `${names} are both ${port}: set one of them to another port`
  if (sip === tls) return both('SIP_PORT and SIP_TLS_PORT', sip)
  const meet = HTTP_HOST === SIP_HOST || [HTTP_HOST, SIP_HOST].some((host) => host === '0.0.0.0' || host === '::')
  if (meet && http === sip) return both('HTTP_PORT and SIP_PORT', http)
  return meet && http === tls ? both('HTTP_PORT and SIP_TLS_PORT', http) : null
}

function isTarget(entry: string): boolean {
  return isNetwork(entry) || /^[\w.-]+$/.test(entry)
}

function isNetwork(entry: string): boolean {
  const [host = '', bits, ...more] = entry.split('/')
  const family = isIP(host)
  if (bits === undefined) return family !== 0
  return more.length === 0 && family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
}

function isTimezone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
