/** Somebody else's mail server: real SMTP with TLS, keeps what it takes, and behaves as the test says. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import { tlsFiles } from '../../src/supervisor/tls-certificate.ts'
import { freePort } from '../../src/supervisor/free-port.ts'

export type TakenMail = Readonly<{ to: string[]; user: string | null; isSecure: boolean; mail: Email }>

/** `code`: the answer to the recipient or to the mail; `vanish`: takes the mail and is gone without a word. */
export type Manner = 'take' | 'vanish' | 'never-answer' | Readonly<{ code: number; at: 'recipient' | 'data' }>

export class MailServer {
  readonly port: number
  /** Its certificate, in PEM. */
  readonly certificate: string
  readonly taken: TakenMail[] = []
  manner: Manner = 'take'
  readonly #server: SMTPServer
  readonly #folder: string

  private constructor(port: number, options: MailServerOptions) {
    this.port = port
    this.#folder = mkdtempSync(join(tmpdir(), 'ct-mail-'))
    const files = tlsFiles(null, this.#folder, ['localhost', '127.0.0.1'])
    this.certificate = files.certificate
    const { tls, user, password } = options
    this.#server = new SMTPServer({
      secure: tls === 'at-once',
      key: readFileSync(files.key),
      cert: readFileSync(files.certificate),
      disabledCommands: [...(tls === 'never' ? ['STARTTLS'] : []), ...(user === undefined ? ['AUTH'] : [])],
      allowInsecureAuth: tls === 'never',
      authOptional: user === undefined,
      logger: false,
      onAuth: (auth, _session, callback) =>
        auth.username === user && auth.password === password
          ? callback(null, { user: auth.username })
          : callback(new Error('wrong password')),
      onRcptTo: (_address, _session, callback) => callback(this.#refusal('recipient')),
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => void this.#take(Buffer.concat(chunks), session, callback))
      },
    })
    this.#server.on('error', () => undefined)
  }

  static async start(options: MailServerOptions = {}): Promise<MailServer> {
    const server = new MailServer(options.port ?? (await freePort()), options)
    await new Promise<void>((resolve) => server.#server.listen(server.port, '127.0.0.1', resolve))
    return server
  }

  to(address: string): TakenMail[] {
    return this.taken.filter(({ to }) => to.includes(address))
  }

  async #take(raw: Buffer, session: SMTPServerSession, callback: (error?: Error | null) => void): Promise<void> {
    const refusal = this.#refusal('data')
    if (refusal !== null) return callback(refusal)
    const user = typeof session.user === 'string' ? session.user : null
    const to = session.envelope.rcptTo.map(({ address }) => address)
    this.taken.push({ to, user, isSecure: session.secure, mail: await PostalMime.parse(raw) })
    if (this.manner === 'never-answer') return
    if (this.manner === 'vanish') for (const one of this.#server.connections) (one as { close(): void }).close()
    else callback()
  }

  #refusal(at: 'recipient' | 'data'): Error | null {
    if (typeof this.manner === 'string' || this.manner.at !== at) return null
    return Object.assign(new Error('not here'), { responseCode: this.manner.code })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

export type MailServerOptions = Readonly<{
  port?: number
  tls?: 'at-once' | 'offered' | 'never'
  user?: string
  password?: string
}>

/** Takes connections and says nothing. */
export async function silentServer(): Promise<Readonly<{ port: number; [Symbol.asyncDispose](): Promise<void> }>> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => void sockets.add(socket.on('error', () => undefined)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
