import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { once } from 'node:events'

const attempts = 50

/** A port of 127.0.0.1 that nothing uses now, neither over TCP nor over UDP. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = await freeTcpPort()
    if (await udpPortIsFree(port)) return port
  }
  throw new Error(`no port free over both TCP and UDP in ${attempts} attempts`)
}

async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port')
  return address.port
}

async function udpPortIsFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close()
      resolve(false)
    })
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)))
  })
}
