import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

type Protocol = 'tcp' | 'udp'

/** Whether nobody listens there. Any other trouble with the address is thrown. */
export async function isFree(protocol: Protocol, host: string, port: number): Promise<boolean> {
  try {
    await listenOnce(protocol, host, port)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false
    throw error
  }
}

/** A port that the system had free a moment ago, for TCP and UDP. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = await listenOnce('tcp', host, 0)
    if (await isFree('udp', host, port)) return port
  }
}

function listenOnce(protocol: Protocol, host: string, port: number): Promise<number> {
  return new Promise((settle, fail) => {
    if (protocol === 'udp') {
      const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
      socket.once('error', fail)
      socket.bind({ address: host, port, exclusive: true }, () => {
        const { port: bound } = socket.address()
        socket.close(() => settle(bound))
      })
      return
    }
    const server = createServer()
    server.once('error', fail)
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address()
      server.close(() => settle(typeof address === 'object' && address !== null ? address.port : port))
    })
  })
}

type Listener = Readonly<{ host: string; port: number }>

/** @throws Error that says in one line who can't listen where, and which variable changes it */
export async function requireFree(
  protocol: Protocol,
  { host, port }: Listener,
  use: string,
  variable: string,
): Promise<void> {
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`
  try {
    if (await isFree(protocol, host, port)) return
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const variables = new Set([variable.replace(/(_TLS)?_PORT$/, '_HOST'), variable])
    throw new Error(`${use} can't listen on ${where} (${reason}): set ${[...variables].join(' or ')}`, { cause: error })
  }
  throw new Error(`port ${port} is taken: ${use} can't listen on ${where}. Stop what listens there, or set ${variable}`)
}
