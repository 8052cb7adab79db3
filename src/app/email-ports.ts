/** The rooms, as mail wants to see them. */
import { X509Certificate } from 'node:crypto'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChatChannel } from '../channels/chat/chat-channel.ts'
import { readVisitorRow } from '../channels/chat/chat-store.ts'
import { EmailChannel } from '../channels/email/email-channel.ts'
import { Smtp } from '../channels/email/smtp.ts'
import { messagesOfInteraction, unseenAnswers } from '../channels/written/threads-store.ts'
import type { WrittenChannel } from '../channels/written/written-channel.ts'
import { ConfigurationError, type Config } from '../config.ts'
import type { Directory } from '../directory/index.ts'
import type { Database } from '../platform/database/database.ts'

export type EmailRooms = Readonly<{
  config: Config
  database: Database
  directory: Directory
  chat: ChatChannel
  written: WrittenChannel
}>

const longestTranscript = 1_000

/** null: no mail leaves here. */
export function emailChannel({ config, database, directory, chat, written }: EmailRooms): EmailChannel | null {
  const { mail, organisation, timezone } = config
  if (mail === null) return null
  const authorities = mail.authorities === null ? null : authoritiesIn(mail.authorities)
  const smtp = new Smtp({ ...mail.server, authorities })
  return new EmailChannel({
    from: mail.from,
    organisation,
    timezone,
    hand: (letter) => smtp.hand(letter),
    visitor: (id) => readVisitorRow(database, id),
    pageOf: (entryPointId) => chat.settingsOf(entryPointId).page,
    agentName: (agentId) => directory.snapshot().users.get(agentId)?.name ?? null,
    conversation: (interactionId) =>
      messagesOfInteraction(database, interactionId, { before: null, limit: longestTranscript }),
    unseen: (interactionId, messageId, letterId) => unseenAnswers(database, interactionId, messageId, letterId),
    isThere: (entryPointId, identity) => written.isWatched({ channel: 'chat', entryPointId, identity }),
    file({ id }) {
      const path = join(config.dataDir, 'files', id)
      return existsSync(path) ? createReadStream(path) : null
    },
  })
}

/** @throws ConfigurationError: mail that nobody can vouch for would never leave */
function authoritiesIn(path: string): string {
  try {
    const text = readFileSync(path, 'utf8')
    new X509Certificate(text)
    return text
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigurationError(`SMTP_CA names ${path}, in which there is no certificate in PEM (${reason})`)
  }
}
