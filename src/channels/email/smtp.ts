/** Hands a mail to a mail server (RFC 5321) and says what became of it; where nobody can know, it says that. */
import { createTransport } from 'nodemailer'
import type { Readable } from 'node:stream'
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
  readonly #transport: ReturnType<typeof createTransport>

  constructor({ host, port, tls, login, authorities, patienceMs: timeoutMs = usualPatienceMs }: SmtpSettings) {
    this.#transport = createTransport({
      host,
      port,
      secure: tls === 'at-once',
      requireTLS: tls === 'must',
      ignoreTLS: tls === 'never',
      ...(login !== null && { auth: { user: login.user, pass: login.password } }),
      tls: { minVersion: 'TLSv1.2', ...(authorities !== null && { ca: [...rootCertificates, authorities] }) },
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      dnsTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  }

  async hand(mail: Mail): Promise<Handed> {
    const { messageId, references, from, to, replyTo, subject, text, html, automatic, attachments } = mail
    try {
      const { response } = await this.#transport.sendMail({
        ...{ messageId, references, from, to, subject, text, html },
        ...(replyTo !== null && { replyTo }),
        ...(automatic && { headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' } }),
        attachments: [...attachments],
      })
      return { outcome: 'sent', providerId: response.slice(0, 200) }
    } catch (error) {
      return becameOf(error)
    }
  }
}

/** What a failed attempt means. `command` is the last one that the server was sent. */
function becameOf(error: unknown): Handed {
  const { message, responseCode, command, code } = errorOf(error)
  const cause = message.slice(0, 300)
  // A wrong password says nothing about the mail: it waits until somebody has put it right.
  if (code === 'EAUTH' || code === 'ETLS') return { outcome: 'later', cause }
  if (responseCode !== null) return { outcome: responseCode >= 500 ? 'refused' : 'later', cause }
  return { outcome: command === 'DATA' ? 'unknown' : 'later', cause }
}

function errorOf(error: unknown) {
  const { responseCode, command, code } = error as { responseCode?: unknown; command?: unknown; code?: unknown }
  return {
    message: error instanceof Error ? error.message : String(error),
    responseCode: typeof responseCode === 'number' ? responseCode : null,
    command: typeof command === 'string' ? command : null,
    code: typeof code === 'string' ? code : null,
  }
}
