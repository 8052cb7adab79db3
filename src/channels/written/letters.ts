/** Letters about a conversation as they lie in the outbox: mail carries them, whatever the conversation is written in. */
import type { InteractionId, Instant } from '../../core/ids.ts'
import type { Outbound } from '../../core/writer.ts'
import { stableId } from '../../platform/stable-id.ts'
import type { InboundMessage, Thread } from '../port.ts'

type About = Readonly<{ id: InteractionId; thread: Thread }>

/** That there is an answer which nobody has seen yet; whether that is so is asked again when it leaves. */
export function replyNotice({ id, thread }: About, messageId: string, notBefore: Instant): Outbound {
  return {
    ...letter({ id, thread }, stableId('notice', messageId), thread.identity),
    about: 'reply',
    body: { ofMessage: messageId },
    notBefore,
  }
}

export function transcriptLetter(
  about: About,
  messageId: string,
  { to, language }: Readonly<{ to: string; language: string | null }>,
): Outbound {
  return { ...letter(about, messageId, about.thread.identity), about: 'transcript', body: { to, language } }
}

/** To whoever reads what visitors leave. */
export function leftLetter(about: About, { text, files, sender }: InboundMessage, to: string): Outbound {
  const { displayName: name, email: address, language } = sender
  return {
    ...letter(about, stableId('left', about.id), to),
    about: 'left-message',
    body: { text, files, name, address: address ?? '', language },
  }
}

function letter({ id: interactionId, thread }: About, messageId: string, identity: string) {
  return { messageId, interactionId, channel: 'email' as const, entryPointId: thread.entryPointId, identity }
}
