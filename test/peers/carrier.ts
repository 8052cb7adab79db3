import { createHash, randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

export type CarrierOptions = Readonly<{
  /** What an INVITE is answered with; null: nothing at all. */
  answer: number | null
  /** Who may register; without it, nobody is asked for anything. */
  account?: Readonly<{ username: string; password: string }>
}>

const realm = 'carrier.test'

/** The side of a carrier that takes no call: answers OPTIONS, checks registrations, and refuses or ignores what is dialled. */
export class Carrier {
  readonly port: number
  /** Every request that came, oldest first. */
  readonly requests: string[] = []
  /** Contacts that were registered with the right password. */
  readonly registered: string[] = []
  readonly #socket: Socket
  readonly #options: CarrierOptions
  readonly #nonce = randomBytes(8).toString('hex')

  private constructor(socket: Socket, options: CarrierOptions) {
    this.#socket = socket
    this.#options = options
    this.port = socket.address().port
    socket.on('message', (data, { address, port }) => {
      const text = data.toString()
      if (text.startsWith('SIP/2.0')) return
      this.requests.push(text)
      const answer = this.#answer(text)
      if (answer !== null) socket.send(answer, port, address)
    })
  }

  static async start(options: CarrierOptions): Promise<Carrier> {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new Carrier(socket, options)
  }

  /** The numbers that were dialled here. */
  get dialled(): string[] {
    return this.requests.flatMap((text) => /^INVITE sip:([^@]+)@/.exec(text)?.[1] ?? [])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }

  #answer(request: string): string | null {
    switch (/^\w+/.exec(request)?.[0]) {
      case 'OPTIONS':
        return reply(request, 200)
      case 'REGISTER':
        return this.#register(request)
      case 'INVITE':
        return this.#options.answer === null ? null : reply(request, this.#options.answer)
      case 'CANCEL':
        return reply(request, 200)
      default:
        return null
    }
  }

  #register(request: string): string {
    const { account } = this.#options
    if (account !== undefined && !isAuthorised(request, account))
      return reply(request, 401, [`WWW-Authenticate: Digest realm="${realm}",nonce="${this.#nonce}",algorithm=MD5`])
    const contact = /^Contact: (.*)$/im.exec(request)?.[1]?.trim() ?? ''
    this.registered.push(contact)
    return reply(request, 200, [`Contact: ${contact};expires=600`])
  }
}

function reply(request: string, status: number, more: readonly string[] = []): string {
  const header = (name: string) => request.split('\r\n').filter((line) => line.startsWith(`${name}:`))
  const [to = ''] = header('To')
  return [
    `SIP/2.0 ${status} Test`,
    ...header('Via'),
    ...header('From'),
    to.includes('tag=') ? to : `${to};tag=carrier`,
    ...header('Call-ID'),
    ...header('CSeq'),
    ...more,
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n')
}

/** RFC 2617 without qop. */
function isAuthorised(request: string, { username, password }: { username: string; password: string }): boolean {
  const header = /^Authorization: Digest (.*)$/im.exec(request)?.[1]
  if (header === undefined) return false
  const field = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(header)?.[1] ?? ''
  const ha1 = md5(`${username}:${realm}:${password}`)
  return field('response') === md5(`${ha1}:${field('nonce')}:${md5(`REGISTER:${field('uri')}`)}`)
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
