/** A web server of somebody else's: keeps what it is asked and answers as the test says. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Received = Readonly<{ method: string; path: string; headers: IncomingHttpHeaders; body: string }>
export type Reply = Readonly<{ status: number; json?: unknown; location?: string }>

export type WebReceiver = Readonly<{
  /** `http://127.0.0.1:port` */
  url: string
  received: readonly Received[]
  /** `never`: the request is left hanging. */
  answer: (how: (received: Received) => Reply | 'never') => void
  [Symbol.asyncDispose](): Promise<void>
}>

export async function startWebReceiver(): Promise<WebReceiver> {
  const received: Received[] = []
  let how: (received: Received) => Reply | 'never' = () => ({ status: 204 })
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
      received.push(one)
      const reply = how(one)
      if (reply === 'never') return
      response.writeHead(reply.status, reply.location === undefined ? {} : { location: reply.location })
      response.end(reply.json === undefined ? undefined : JSON.stringify(reply.json))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (next) => {
      how = next
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
