import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** A wire between two programs that a test can cut and join again. */
export class TcpProxy {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #isCut = false

  private constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
  }

  static async to(target: { host: string; port: number }): Promise<TcpProxy> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
    const proxy = new TcpProxy(server, address.port)
    server.on('connection', (near) => proxy.#join(near, target))
    return proxy
  }

  /** Every connection breaks, and new ones break at once. */
  cut(): void {
    this.#isCut = true
    this.drop()
  }

  /** Every connection breaks; new ones are let through. */
  drop(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  mend(): void {
    this.#isCut = false
  }

  #join(near: Socket, target: { host: string; port: number }): void {
    if (this.#isCut) return void near.resetAndDestroy()
    const far = connect(target.port, target.host)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      // One end that breaks takes the other with it; which one broke is of no interest.
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.drop()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
