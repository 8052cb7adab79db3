/** Takes messages in: into the contact that goes on in their thread, or as a contact of their own. */
import type { InteractionId, QueueId } from '../../core/ids.ts'
import { interactionView } from '../../core/routing/views.ts'
import type { Submission, Submitted } from '../../core/writer.ts'
import { courseFor, type Course } from '../../core/written/course.ts'
import { stableId } from '../../platform/stable-id.ts'
import type { InboundMessage, RecognisedSender, Thread } from '../port.ts'
import { waitAgain, type Contact, type ContactOptions } from './contact.ts'
import { leftLetter } from './letters.ts'
import type { MessageBook } from './message-book.ts'
import type { WrittenEntryPoint, WrittenPorts } from './ports.ts'
import { lastContactOf } from './threads-store.ts'

export type Surroundings = Readonly<{
  ports: WrittenPorts
  book: MessageBook
  contactOf(thread: Thread): Contact | null
  begin(made: Omit<ContactOptions, 'ports' | 'book' | 'leaves'>): Contact
  isWatched(thread: Thread): boolean
}>

const mostTries = 3

/** False: nothing comes of it. `takes`: its number in the inbox. */
export async function takeIn(around: Surroundings, message: InboundMessage, takes: number): Promise<boolean> {
  if (isLeft(message)) return arriveLeft(around, message, takes)
  for (let tries = 0; tries < mostTries; tries++) {
    const contact = around.contactOf(message)
    if (contact === null) return arrive(around, message, takes)
    if (message.opens) return false
    if (await hear(around, contact, message, takes)) return true
    // It ended while the message was on its way.
  }
  throw new Error('the contact ends whenever it is written to')
}

const isLeft = ({ leftFor, mailedTo }: InboundMessage): boolean => leftFor !== null || mailedTo !== null

async function arrive(around: Surroundings, message: InboundMessage, takes: number): Promise<boolean> {
  const { database, directory, now, writer } = around.ports
  const thread = threadOf(message)
  const entryPoint = entryPointOf(around, message)
  const interactionId = idOf(message)
  const [known, past] = await Promise.all([
    around.ports.customers.recognise(thread, message.sender, interactionId),
    lastContactOf(database, thread),
  ])
  const at = now()
  const again = courseFor(past ?? (await around.ports.invited(thread)), at, directory.rules(entryPoint.id))
  const course: Course = again.kind === 'again' && !directory.queueIsOpen(again.queueId, at) ? { kind: 'flow' } : again
  const contact = begin(around, message, known)
  const received = message.opens ? [] : [receivedBy(around, interactionId, message, takes, false)]
  const greeted = course.kind === 'flow' ? contact.flow.begin(startOf(around, entryPoint, message, known)) : null
  const answered = greeted === null || message.opens ? null : contact.flow.answer(message.text)
  const waits = course.kind === 'again' ? [backTo(interactionId, course)] : []
  await contact.store([
    arrivalOf(message, known, at, takes),
    ...received,
    ...(greeted?.letters ?? []),
    ...(answered?.letters ?? []),
    ...waits,
  ])
  if (interactionView(writer.state(), interactionId) === null) contact.over()
  contact.flow.perform([...(greeted?.effects ?? []), ...(answered?.effects ?? [])])
  contact.settle()
  return true
}

/** Nobody waits for the answer: it goes to whoever serves the queue, or by mail to whoever reads those. */
async function arriveLeft(around: Surroundings, message: InboundMessage, takes: number): Promise<boolean> {
  const { now, writer, customers } = around.ports
  entryPointOf(around, message)
  const interactionId = idOf(message)
  const thread = threadOf(message)
  const known = await customers.recognise(thread, message.sender, interactionId)
  const at = now()
  const contact = begin(around, message, known)
  const received = receivedBy(around, interactionId, message, takes, false)
  const { leftFor, mailedTo } = message
  const waits: Submitted[] = leftFor === null ? [] : [{ input: waitAgain(interactionId, leftFor) }]
  if (mailedTo !== null) {
    const sends = [leftLetter({ id: interactionId, thread }, message, mailedTo)]
    const fact = {
      at,
      kind: 'letter-written',
      interactionId,
      messageId: sends[0]?.messageId ?? '',
      about: 'left-message',
    } as const
    const cause = 'sent by mail'
    waits.push(
      { input: { kind: 'record', fact }, beside: { sends } },
      { input: { kind: 'end-interaction', interactionId, by: 'system', outcome: 'voicemail', cause } },
    )
  }
  await contact.store([arrivalOf(message, known, at, takes), received, ...waits])
  if (interactionView(writer.state(), interactionId) === null) contact.over()
  contact.settle()
  return true
}

async function hear(around: Surroundings, contact: Contact, message: InboundMessage, takes: number): Promise<boolean> {
  const { writer, now } = around.ports
  const received = receivedBy(around, contact.id, message, takes, contact.flow.isSecret)
  const answer = contact.answers(message)
  const [decision] = await writer.submitTogether([received, ...answer.letters])
  if (decision?.refusal !== undefined) {
    around.book.forget(received.messageId)
    return false
  }
  contact.flow.perform(answer.effects)
  contact.word('customer', now())
  return true
}

function begin({ begin, isWatched, ports }: Surroundings, message: InboundMessage, known: RecognisedSender): Contact {
  const thread = threadOf(message)
  return begin({
    interactionId: idOf(message),
    thread,
    lastAgentId: known.lastAgentId,
    lastWordAt: ports.now(),
    lastWordBy: 'customer',
    isLeft: isLeft(message),
    isPresent: isWatched(thread),
  })
}

function arrivalOf(message: InboundMessage, known: RecognisedSender, at: number, takes: number): Submitted {
  const { channel, entryPointId, identity, providerId, sender, opens } = message
  const interactionId = idOf(message)
  const { customerId } = known
  const { displayName } = sender
  return {
    input: { kind: 'arrive', interactionId, channel, direction: 'inbound', entryPointId, providerId, customerId },
    beside: {
      details: [{ kind: 'contact', interactionId, at, identity, displayName, dialled: entryPointId }],
      ...(opens && { takes }),
    },
  }
}

function startOf(
  { ports }: Surroundings,
  entryPoint: WrittenEntryPoint,
  { channel, sender }: InboundMessage,
  { customer }: RecognisedSender,
) {
  const { flowId, fallbackQueueId } = entryPoint
  return {
    flowId,
    version: ports.flows.library.flow(flowId, null)?.version ?? 0,
    channel,
    language: sender.language ?? customer.language ?? entryPoint.language,
    contact: { caller: sender.phone ?? sender.email, dialled: entryPoint.id, customer },
    fallbackQueueId,
  }
}

function receivedBy(
  { book, ports }: Surroundings,
  interactionId: InteractionId,
  { entryPointId, providerId, text, files }: InboundMessage,
  takes: number,
  secret: boolean,
) {
  const id = stableId('message', entryPointId, providerId)
  return book.write(
    { id, interactionId, at: ports.now(), from: 'customer', agentId: null, text, files, buttons: [], secret },
    { takes },
  )
}

function entryPointOf({ ports }: Surroundings, { entryPointId }: InboundMessage): WrittenEntryPoint {
  const entryPoint = ports.directory.entryPoint(entryPointId)
  if (entryPoint === null) throw new Error(`there is no entry point ${entryPointId}`)
  return entryPoint
}

function backTo(interactionId: InteractionId, { queueId, agentId }: { queueId: QueueId; agentId: string }): Submitted {
  return { input: { ...waitAgain(interactionId, queueId), preferredAgentId: agentId } as Submission }
}

const idOf = ({ entryPointId, providerId }: InboundMessage): InteractionId => stableId(entryPointId, providerId)

const threadOf = ({ channel, entryPointId, identity }: InboundMessage): Thread => ({ channel, entryPointId, identity })
