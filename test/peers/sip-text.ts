/** SIP messages as text: what a peer that shows every word of a conversation needs of RFC 3261. */
import { createHash, randomBytes } from 'node:crypto'

export type SipText = Readonly<{
  text: string
  startLine: string
  /** null: it is an answer. */
  method: string | null
  /** null: it is a request. */
  status: number | null
  callId: string
  sequence: number
  /** The method that it belongs to, of a request as of an answer. */
  sequenceMethod: string
  /** The first of that name; empty: there is none. */
  header(name: string): string
  /** All of that name, in their order. */
  headers(name: string): string[]
  body: string
}>

export function readSip(data: Uint8Array): SipText {
  const text = Buffer.from(data).toString()
  const [head = '', body = ''] = text.split('\r\n\r\n')
  const [startLine = ''] = head.split('\r\n')
  const header = (name: string): string => new RegExp(`^${name}\\s*:\\s*(.*)$`, 'im').exec(head)?.[1]?.trim() ?? ''
  const status = /^SIP\/2\.0 (\d{3})/.exec(startLine)?.[1]
  const [sequence = '', sequenceMethod = ''] = header('CSeq').split(/\s+/)
  return {
    text,
    startLine,
    method: status === undefined ? (startLine.split(' ')[0] ?? '') : null,
    status: status === undefined ? null : Number(status),
    callId: header('Call-ID'),
    sequence: Number(sequence),
    sequenceMethod,
    header,
    headers: (name) => [...head.matchAll(new RegExp(`^${name}\\s*:\\s*(.*)$`, 'gim'))].map((it) => it[1]?.trim() ?? ''),
    body,
  }
}

/** What stands in `name <sip:user@host>`. */
export function addressIn(value: string): { name: string; user: string; uri: string } {
  const name = /^"?([^"<]*?)"?\s*</.exec(value)?.[1] ?? ''
  const uri = /<([^>]+)>/.exec(value)?.[1] ?? value.split(';')[0] ?? ''
  return { name, user: /^sips?:([^@;]+)@/.exec(uri)?.[1] ?? '', uri }
}

/** `tag`: of this side; empty: none yet. */
export function answerTo(
  request: SipText,
  status: string,
  tag: string,
  more: readonly string[] = [],
  body = '',
): string {
  const [head = ''] = request.text.split('\r\n\r\n')
  const kept = head
    .split('\r\n')
    .filter((line) => /^(Via|From|To|Call-ID|CSeq|Record-Route)\s*:/i.test(line))
    .map((line) => (tag !== '' && /^To\s*:/i.test(line) && !line.includes('tag=') ? `${line};tag=${tag}` : line))
  return [`SIP/2.0 ${status}`, ...kept, ...more, `Content-Length: ${body.length}`, '', body].join('\r\n')
}

export const newToken = (): string => randomBytes(8).toString('hex')

/** The answer to a digest challenge (RFC 2617, MD5, qop=auth), as a whole header. */
export function answerToChallenge(
  challenge: SipText,
  { method, uri, username, password }: { method: string; uri: string; username: string; password: string },
): string {
  const isProxy = challenge.status === 407
  const asked = challenge.header(isProxy ? 'Proxy-Authenticate' : 'WWW-Authenticate')
  const field = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(asked)?.[1] ?? ''
  const [realm, nonce, opaque] = [field('realm'), field('nonce'), field('opaque')]
  const ha1 = md5(`${username}:${realm}:${password}`)
  const response = md5(`${ha1}:${nonce}:00000001:abcd:auth:${md5(`${method}:${uri}`)}`)
  const quoted = Object.entries({ username, realm, nonce, uri, response, opaque, cnonce: 'abcd' })
  const fields = quoted.map(([name, value]) => `${name}="${value}"`)
  const digest = `Digest ${[...fields, 'algorithm=MD5', 'qop=auth', 'nc=00000001'].join(', ')}`
  return `${isProxy ? 'Proxy-Authorization' : 'Authorization'}: ${digest}`
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
