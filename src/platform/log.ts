/** The service's log: JSON lines, with whatever must stay secret masked at any depth before it is written. */
import { pino, type DestinationStream, type Logger } from 'pino'

export type Log = Logger

export type LogOptions = Readonly<{
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
  /** Coloured lines for a person at a terminal instead of JSON. */
  pretty?: boolean
  /** Where lines go; standard output when absent. */
  destination?: DestinationStream
}>

const mask = '[hidden]'

/** Compared without case, `-` and `_`: `set-cookie`, `setCookie` and `SET_COOKIE` are one name. */
const secretNames = new Set([
  'password',
  'passwords',
  'newpassword',
  'currentpassword',
  'passwordhash',
  'passphrase',
  'secret',
  'token',
  'tokens',
  'accesstoken',
  'tokenhash',
  'apikey',
  'key',
  'keyhash',
  'ha1',
  'sipha1',
  'authorization',
  'proxyauthorization',
  'cookie',
  'cookies',
  'setcookie',
  'digits',
  'digit',
  'dtmf',
  'pin',
  'card',
])

// Deeper than anything we log on purpose; cuts off cyclic objects.
const deepest = 8

export function isSecretName(name: string): boolean {
  return secretNames.has(name.replaceAll(/[-_]/g, '').toLowerCase())
}

/** A copy without secrets. Class instances (errors, sockets) are left to their serialisers. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) return depth >= deepest ? mask : value.map((item) => withoutSecrets(item, depth + 1))
  if (!isPlainObject(value)) return value
  if (depth >= deepest) return mask
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isSecretName(name) && inner !== null && inner !== undefined && typeof inner !== 'boolean'
        ? mask
        : withoutSecrets(inner, depth + 1),
    ]),
  )
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

export function createLog(options: LogOptions): Log {
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => withoutSecrets(fields) as Record<string, unknown>,
    },
  }
  if (options.pretty === true && options.destination === undefined) {
    const transport = { target: 'pino-pretty', options: { translateTime: 'SYS:HH:MM:ss.l', ignore: 'reqId' } }
    return pino({ ...settings, formatters: { log: settings.formatters.log }, transport })
  }
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination)
}
