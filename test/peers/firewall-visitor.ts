// Looks at a server from the machine that it runs on: `firewall-visitor.ts VISIT JSON`; writes what it saw as JSON.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import type { Places } from './product.ts'
import type { FirstStart } from './service.ts'

/** Longer than any of the answers takes on a slow machine; only what is expected to be silent waits for so long. */
const patienceMs = 3_000

type Server = Readonly<{ host: string; from: string }>

const visits = {
  /** `open`, `refused` or `silent`. */
  async tcp({ host, from, ports }: Server & { ports: number[] }) {
    return Promise.all(ports.map((port) => connectionTo({ host, port, localAddress: from })))
  },

  /** How many of so many SIP requests over UDP are answered, all sent at once from one port. */
  async sip({ host, from, count }: Server & { count: number }) {
    const socket = createSocket('udp4')
    socket.bind(0, from)
    await once(socket, 'listening')
    const answered = new Set<string>()
    let lastAt = performance.now()
    socket.on('message', (data: Buffer) => {
      answered.add(/^Call-ID: (\S+)/im.exec(data.toString())?.[1] ?? '')
      lastAt = performance.now()
    })
    const startedAt = performance.now()
    for (let index = 0; index < count; index++)
      socket.send(options(host, `${from}:${socket.address().port}`, index), 5060, host)
    while (answered.size < count && performance.now() - lastAt < patienceMs) await delay(20)
    socket.close()
    return { answered: answered.size, lastAfterMs: Math.round(lastAt - startedAt) }
  },

  /** The status line that SIP over TLS answers with. */
  async tls({ host, from }: Server) {
    const plain = connect({ host, port: 5061, localAddress: from })
    const socket = connectTls({ socket: plain, rejectUnauthorized: false, timeout: patienceMs })
    await once(socket, 'secureConnect')
    socket.write(options(host, `${from}:5061`, 1).replace('SIP/2.0/UDP', 'SIP/2.0/TLS'))
    const [data] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    return data.toString().split('\r\n', 1)[0]
  },

  /** So many connections at once; how many stand soon after, and after how long that was looked at. */
  async knock({ host, from, count }: Server & { count: number }) {
    const startedAt = performance.now()
    const sockets = Array.from({ length: count }, () => connect({ host, port: 5061, localAddress: from }))
    let open = 0
    for (const socket of sockets) socket.on('connect', () => open++).on('error', () => undefined)
    do await delay(500)
    while (open === 0 && performance.now() - startedAt < 3 * patienceMs)
    const stood = { open, afterMs: Math.round(performance.now() - startedAt) }
    for (const socket of sockets) socket.destroy()
    return stood
  },

  /** A caller and an agent hear each other. */
  async talk(call: { url: string; host: string; known: FirstStart; places: Places }) {
    // Only here: what a call takes is slow to load.
    const { talk } = await import('./product.ts')
    await talk({ url: call.url, sip: { host: call.host, port: 5060 } }, call.known, call.places)
    return 'heard'
  },
}

async function connectionTo(place: { host: string; port: number; localAddress: string }): Promise<string> {
  const socket = connect(place)
  const outcome = await Promise.race([
    once(socket, 'connect').then(
      () => 'open',
      (error: unknown) =>
        error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED' ? 'refused' : String(error),
    ),
    delay(patienceMs, 'silent', { ref: false }),
  ])
  socket.destroy()
  return outcome
}

function options(host: string, contact: string, index: number): string {
  const id = `${process.pid}-${index}`
  return [
    `OPTIONS sip:1000@${host} SIP/2.0`,
    `Via: SIP/2.0/UDP ${contact};rport;branch=z9hG4bK${id}`,
    `From: <sip:visitor@${contact}>;tag=${id}`,
    `To: <sip:1000@${host}>`,
    `Call-ID: ${id}`,
    'CSeq: 1 OPTIONS',
    `Contact: <sip:visitor@${contact}>`,
    'Max-Forwards: 70',
    'Content-Length: 0\r\n\r\n',
  ].join('\r\n')
}

const [visit = '', what = ''] = process.argv.slice(2)
const seen = await (visits as unknown as Record<string, (given: unknown) => Promise<unknown>>)[visit]?.(
  JSON.parse(what),
)
process.stdout.write(`${JSON.stringify(seen)}\n`)
