/** Hands a mail to a mail server (RFC 5321) and says what became of it; where nobody can know, it says that. */
import { createTransport } from 'nodemailer'
import { Transform, type Readable } from 'node:stream'
import { rootCertificates } from 'node:tls'
import type { MailServer } from '../../config.ts'

export type SmtpSettings = MailServer &
  Readonly<{
    /** PEM, believed beside the authorities that Node knows; null: those alone. */
    authorities: string | null
    /** Of silence of the server, in any step. */
    patienceMs?: number
  }>

export type Mail = Readonly<{
  /** `<…@…>`: the same again is the same mail to whoever takes it in. */
  messageId: string
  /** Message-ID of the conversation, by which mail programs put mails together. */
  references: string
  from: Readonly<{ name: string; address: string }>
  to: string
  replyTo: string | null
  subject: string
  text: string
  html: string
  /** Written by no person (RFC 3834): answering machines keep still. */
  automatic: boolean
  attachments: readonly Readonly<{ filename: string; contentType: string; content: Readable }>[]
}>

export type Handed = Readonly<
  | { outcome: 'sent'; providerId: string }
  | { outcome: 'refused'; cause: string }
  | { outcome: 'later'; cause: string }
  | { outcome: 'unknown'; cause: string }
>

const usualPatienceMs = 30_000

export class Smtp {
  readonly #settings: SmtpSettings

  constructor(settings: SmtpSettings) {
    this.#settings = settings
  }

  async hand(mail: Mail): Promise<Handed> {
    const { messageId, references, from, to, replyTo, subject, text, html, automatic, attachments } = mail
    const transport = transportTo(this.#settings)
    let isWhole = false
    transport.use('stream', ({ message }, done) => {
      message.transform(() => whenAllHasPassed(() => (isWhole = true)))
      done()
    })
    try {
      const { response } = await transport.sendMail({
        ...{ messageId, references, from, to, subject, text, html },
        ...(replyTo !== null && { replyTo }),
        ...(automatic && { headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' } }),
        attachments: [...attachments],
      })
      return { outcome: 'sent', providerId: response.slice(0, 200) }
    } catch (error) {
      return becameOf(error, isWhole)
    }
  }
}

function transportTo({ host, port, tls, login, authorities, patienceMs = usualPatienceMs }: SmtpSettings) {
  return createTransport({
    host,
    port,
    secure: tls === 'at-once',
    requireTLS: tls === 'must',
    ignoreTLS: tls === 'never',
    ...(login !== null && { auth: { user: login.user, pass: login.password } }),
    tls: { minVersion: 'TLSv1.2', ...(authorities !== null && { ca: [...rootCertificates, authorities] }) },
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    dnsTimeout: patienceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

function whenAllHasPassed(tell: () => void): Transform {
  return new Transform({
    transform: (chunk, _encoding, done) => done(null, chunk),
    flush(done) {
      tell()
      done()
    },
  })
}

/** What a failed attempt means. A mail that did not leave whole was not taken: its end is what the server answers to. */
function becameOf(error: unknown, isWhole: boolean): Handed {
  const { message, responseCode, code } = errorOf(error)
  const cause = message.slice(0, 300)
  // A wrong password says nothing about the mail: it waits until somebody has put it right.
  if (code === 'EAUTH' || code === 'ETLS') return { outcome: 'later', cause }
  if (responseCode !== null) return { outcome: responseCode >= 500 ? 'refused' : 'later', cause }
  return { outcome: isWhole ? 'unknown' : 'later', cause }
}

function errorOf(error: unknown) {
  const { responseCode, code } = error as { responseCode?: unknown; code?: unknown }
  return {
    message: error instanceof Error ? error.message : String(error),
    responseCode: typeof responseCode === 'number' ? responseCode : null,
    code: typeof code === 'string' ? code : null,
  }
}
