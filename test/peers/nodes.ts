import { createHash, randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { TestAsterisk, TestEdge } from './servers.ts'

type Place = Pick<TestAsterisk, 'sipHost' | 'sipPort'>

/** How the service is told of one more node. `ariPort`: of a wire to it on 127.0.0.1. */
export function nodeSetting(name: string, { ariUrl, sipHost, sipPort }: TestAsterisk, ariPort?: number): string {
  const url = new URL(ariUrl)
  if (ariPort !== undefined) [url.hostname, url.port] = ['127.0.0.1', String(ariPort)]
  return `${name}=${url.href}?sip=${sipHost}:${sipPort}`
}

export type Intruder = Readonly<{
  /** The address that it calls from. */
  address: string
  /** Whom it claims to be, in From and when it is asked who it is. */
  username: string
  /** What it answers a digest challenge with (RFC 7616, MD5 of user, realm and password); null: nothing. */
  ha1: string | null
  /** A proxy that the INVITE asks to be sent on through. */
  route?: Place
}>

/** Sends an INVITE for that account; returns the final status that it is answered with. */
export async function intrude(at: Place, account: string, intruder: Intruder): Promise<number> {
  const { address, username, ha1, route } = intruder
  const socket = createSocket('udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  const uri = `sip:${account}@${at.sipHost}:${at.sipPort}`
  const callId = randomBytes(8).toString('hex')
  const send = (sequence: number, credentials: string): void => {
    const message = [
      `INVITE ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${address}:${socket.address().port};branch=z9hG4bK${callId}${sequence}`,
      `From: <sip:${username}@${address}>;tag=${callId}`,
      `To: <${uri}>`,
      `Call-ID: ${callId}`,
      `CSeq: ${sequence} INVITE`,
      `Contact: <sip:${username}@${address}:${socket.address().port}>`,
      ...(route === undefined ? [] : [`Route: <sip:${route.sipHost}:${route.sipPort};lr>`]),
      ...(credentials === '' ? [] : [`Authorization: ${credentials}`]),
      'Max-Forwards: 70',
      'Content-Length: 0',
    ]
    socket.send(`${message.join('\r\n')}\r\n\r\n`, at.sipPort, at.sipHost)
  }
  try {
    send(1, '')
    for (let sequence = 1; ;) {
      const [data] = (await once(socket, 'message', { signal: AbortSignal.timeout(5_000) })) as [Buffer]
      const answer = data.toString()
      const status = Number(/^SIP\/2\.0 (\d{3})/.exec(answer)?.[1])
      if (status < 200 || Number(/^CSeq: (\d+)/m.exec(answer)?.[1]) !== sequence) continue
      if (status !== 401 || ha1 === null || sequence > 1) return status
      send(++sequence, digest(answer, { username, ha1, uri }))
    }
  } finally {
    socket.close()
  }
}

function digest(challenge: string, { username, ha1, uri }: { username: string; ha1: string; uri: string }): string {
  const field = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? ''
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
  const [realm, nonce, opaque] = [field('realm'), field('nonce'), field('opaque')]
  const response = md5(`${ha1}:${nonce}:00000001:c:auth:${md5(`INVITE:${uri}`)}`)
  return (
    `Digest username="${username}", realm="${realm}", nonce="${nonce}", opaque="${opaque}", uri="${uri}", ` +
    `qop=auth, nc=00000001, cnonce="c", algorithm=MD5, response="${response}"`
  )
}

/** What the edge thinks of a node: `A` active, `I` inactive, `D` disabled; then whether it is probed. */
export async function flagsOf(edge: TestEdge, { sipHost, sipPort }: Place): Promise<string> {
  const { origin, pathname, username, password } = new URL(edge.url)
  const response = await fetch(`${origin}${pathname}`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'dispatcher.list', params: [] }),
  })
  // Kamailio writes it over many lines.
  const text = JSON.stringify(await response.json())
  return new RegExp(`"URI":"sip:${sipHost}:${sipPort}","FLAGS":"(\\w+)"`).exec(text)?.[1] ?? ''
}
