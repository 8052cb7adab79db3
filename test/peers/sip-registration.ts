import { createHash, randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { WebSocket } from 'ws'

export type SipAccount = Readonly<{ username: string; password: string; host: string; port: number }>

type Wire = Readonly<{
  user: string
  transport: 'UDP' | 'WS'
  contact: string
  exchange(message: string): Promise<string>
  close(): void
}>

const answerLimitMs = 5_000

/** Registers the way a desk phone does; returns the final status line, such as `SIP/2.0 200 OK`. */
export async function registerOverUdp(account: SipAccount): Promise<string> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const exchange = async (message: string): Promise<string> => {
    socket.send(message, account.port, account.host)
    const [answer] = (await once(socket, 'message', { signal: AbortSignal.timeout(answerLimitMs) })) as [Buffer]
    return answer.toString()
  }
  return register(account, {
    user: account.username,
    transport: 'UDP',
    contact: `sip:${account.username}@127.0.0.1:${socket.address().port}`,
    exchange,
    close: () => socket.close(),
  })
}

export type WebSocketOptions = Readonly<{ headers?: Readonly<Record<string, string>> }>

/** Registers the way a browser does (RFC 7118). The socket stays open until `signal` aborts: the contact lives as long. */
export async function registerOverWebSocket(
  url: string,
  account: SipAccount,
  signal: AbortSignal,
  options: WebSocketOptions = {},
): Promise<string> {
  const socket = new WebSocket(url, 'sip', options.headers === undefined ? {} : { headers: options.headers })
  await once(socket, 'open', { signal: AbortSignal.timeout(answerLimitMs) })
  signal.addEventListener('abort', () => socket.close())
  const exchange = async (message: string): Promise<string> => {
    socket.send(message)
    const [answer] = (await once(socket, 'message', { signal: AbortSignal.timeout(answerLimitMs) })) as [Buffer]
    return answer.toString()
  }
  const host = `${randomBytes(6).toString('hex')}.invalid`
  const user = account.username
  const contact = `sip:${user}@${host};transport=ws`
  return register(account, { user, transport: 'WS', contact, exchange, close: () => undefined })
}

async function register(account: SipAccount, wire: Wire): Promise<string> {
  try {
    const callId = randomBytes(8).toString('hex')
    const challenge = await wire.exchange(request(account, wire, callId, 1))
    const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1]
    if (!challenge.startsWith('SIP/2.0 401') || nonce === undefined) return statusLine(challenge)
    return statusLine(await wire.exchange(request(account, wire, callId, 2, authorization(account, challenge, nonce))))
  } finally {
    wire.close()
  }
}

function request(account: SipAccount, wire: Wire, callId: string, sequence: number, authorization?: string): string {
  const address = `sip:${wire.user}@${account.host}`
  const hostPart = wire.contact.split('@')[1]?.split(';')[0] ?? ''
  return [
    `REGISTER sip:${account.host} SIP/2.0`,
    `Via: SIP/2.0/${wire.transport} ${hostPart};branch=z9hG4bK${randomBytes(8).toString('hex')};rport`,
    `From: <${address}>;tag=${callId.slice(0, 6)}`,
    `To: <${address}>`,
    `Call-ID: ${callId}`,
    `CSeq: ${sequence} REGISTER`,
    'Max-Forwards: 70',
    `Contact: <${wire.contact}>`,
    'Expires: 120',
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n')
}

/** RFC 2617 with qop=auth. */
function authorization(account: SipAccount, challenge: string, nonce: string): string {
  const realm = /realm="([^"]+)"/.exec(challenge)?.[1] ?? ''
  const opaque = /opaque="([^"]+)"/.exec(challenge)?.[1] ?? ''
  const uri = `sip:${account.host}`
  const ha1 = md5(`${account.username}:${realm}:${account.password}`)
  const response = md5(`${ha1}:${nonce}:00000001:abcd:auth:${md5(`REGISTER:${uri}`)}`)
  const quoted = { username: account.username, realm, nonce, uri, response, opaque, cnonce: 'abcd' }
  const fields = Object.entries(quoted).map(([name, value]) => `${name}="${value}"`)
  return `Digest ${[...fields, 'algorithm=MD5', 'qop=auth', 'nc=00000001'].join(', ')}`
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

function statusLine(message: string): string {
  return message.split('\r\n')[0] ?? ''
}
