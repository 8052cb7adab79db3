/**
 * Follows Asterisk's security log (logger.conf, res_security_log): the one way in which it tells of failed sign-ins without
 * its manager interface. Copes with a file that isn't there yet, is cut, or is another one since.
 */
import { open, stat } from 'node:fs/promises'
import type { Log } from '../../platform/log.ts'

export type SecurityEvent = Readonly<{ kind: string; address: string; account: string; acl: string | null }>

const everyMs = 500
/** More than that in one look is a flood: what came before its end is not worth reading. */
const mostBytes = 1024 * 1024

export class SecurityLog {
  readonly #path: string
  readonly #log: Log
  readonly #onEvent: (event: SecurityEvent) => void
  #timer: NodeJS.Timeout | null = null
  #stopped = false
  #inode = 0
  #offset = 0
  #rest = ''

  constructor(options: { path: string; log: Log; onEvent(event: SecurityEvent): void }) {
    this.#path = options.path
    this.#log = options.log
    this.#onEvent = options.onEvent
  }

  /** From what is written from now on. */
  async start(): Promise<void> {
    try {
      const { ino, size } = await stat(this.#path)
      this.#inode = ino
      this.#offset = size
    } catch {
      // Not there yet: from its beginning, then.
    }
    this.#lookAgain()
  }

  stop(): void {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #lookAgain(): void {
    if (this.#stopped) return
    this.#timer = setTimeout(() => {
      this.#look()
        .catch((error: unknown) => this.#log.debug({ err: error }, 'the security log can not be read'))
        .finally(() => this.#lookAgain())
    }, everyMs)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    await using file = await open(this.#path, 'r')
    const { ino, size } = await file.stat()
    if (ino !== this.#inode || size < this.#offset) {
      this.#inode = ino
      this.#offset = 0
      this.#rest = ''
    }
    if (size === this.#offset) return
    const from = Math.max(this.#offset, size - mostBytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from)
    this.#offset = from + bytesRead
    const lines = (this.#rest + buffer.toString('utf8', 0, bytesRead)).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      const event = securityEventOf(line)
      if (event !== null) this.#onEvent(event)
    }
  }
}

/** Whose line ends with words of ours alone: the last address is the one that Asterisk saw. */
const endsWithOurs = new Set(['FailedACL', 'InvalidAccountID', 'SuccessfulAuth'])

/**
 * null: a line that tells of nobody. Asterisk quotes what strangers send and escapes nothing in it (res_security_log.c): a Call-ID
 * (`SessionID`) or the answer to a challenge may be written to look like another event, or like another address.
 */
export function securityEventOf(line: string): SecurityEvent | null {
  const at = line.indexOf('SecurityEvent="')
  if (at === -1) return null
  const event = line.slice(at)
  const all = (name: string): string[] =>
    [...event.matchAll(new RegExp(`\\b${name}="([^"]*)"`, 'g'))].map(([, value = '']) => value)
  const [kind = ''] = all('SecurityEvent')
  const addresses = all('RemoteAddress')
  if (addresses.length > 1 && !endsWithOurs.has(kind)) return null
  // IPV4/UDP/198.51.100.7/5060
  const address = addresses.at(-1)?.split('/')[2]
  if (kind === '' || address === undefined || address === '') return null
  return { kind, address, account: all('AccountID')[0] ?? '', acl: all('ACLName').at(-1) ?? null }
}
