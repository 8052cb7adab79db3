/** Written contacts that an earlier process had: each goes on where it stood. */
import type { Fact } from '../../core/facts.ts'
import type { Channel } from '../../core/ids.ts'
import { interactionView, liveInteractions } from '../../core/routing/views.ts'
import { z } from 'zod'
import type { Contact, ContactOptions } from './contact.ts'
import type { KeptFlow } from './flow-host.ts'
import type { KnownContact, WrittenPorts } from './ports.ts'

/** Only we write it, so this tells a foreign or damaged value from one, and no more. */
const keptSchema = z.custom<KeptFlow>(
  (value) => typeof value === 'object' && value !== null && 'flow' in value && 'enqueued' in value,
)

export async function recoverContacts(
  ports: WrittenPorts,
  channels: readonly Channel[],
  begin: (made: Omit<ContactOptions, 'ports' | 'book' | 'leaves'>) => Contact,
): Promise<void> {
  const live = channels.flatMap((channel) => liveInteractions(ports.writer.state(), channel))
  if (live.length === 0) return
  const contacts = await ports.recovery.contacts(live.map(({ interactionId }) => interactionId))
  const channelOf = new Map(live.map(({ interactionId, channel }) => [interactionId, channel]))
  for (const known of contacts) {
    const channel = channelOf.get(known.interactionId)
    if (channel !== undefined) await recoverContact(ports, known, channel, begin)
  }
}

async function recoverContact(
  ports: WrittenPorts,
  { interactionId, entryPointId, identity }: KnownContact,
  channel: Channel,
  begin: (made: Omit<ContactOptions, 'ports' | 'book' | 'leaves'>) => Contact,
): Promise<void> {
  const facts = await ports.recovery.facts([interactionId])
  const kept = keptSchema.nullable().parse(await ports.recovery.checkpoint(interactionId))
  const words = facts.filter(({ kind }) => kind === 'message-received' || isAgentWord(kind))
  const last = words.at(-1)
  const contact = begin({
    interactionId,
    thread: { channel, entryPointId, identity: identity ?? interactionId },
    lastAgentId: null,
    lastWordAt: last?.at ?? ports.now(),
    lastWordBy: last?.kind === 'message-received' || last === undefined ? 'customer' : 'agent',
    isLeft: channel === 'email' && !facts.some(({ kind }) => kind === 'flow-started'),
    isPresent: false,
  })
  const phase = interactionView(ports.writer.state(), interactionId)?.phase
  if (kept !== null) contact.goOn(kept, phase !== 'self-service' || kept.flow.session.activity.kind === 'queued')
  if (phase === 'self-service') tellWhatWasMissed(contact, kept, facts)
  contact.settle()
}

/** The router's last word was stored, and the process ended before the flow heard it. */
function tellWhatWasMissed(contact: Contact, kept: KeptFlow | null, facts: readonly Fact[]): void {
  if (kept !== null && kept.flow.session.activity.kind !== 'queued') return
  const last = facts.findLast(({ kind }) => kind === 'interaction-dequeued' || kind === 'agent-leg-lost')
  if (last?.kind === 'interaction-dequeued') contact.wasReturned(last.outcome)
  else if (last?.kind === 'agent-leg-lost') contact.agentLeft()
  else if (kept !== null) contact.wasReturned('closed')
}

const isAgentWord = (kind: Fact['kind']): boolean => kind === 'offer-accepted' || kind === 'message-sent'
