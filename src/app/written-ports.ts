/** The rooms, as the written channels and the chat want to see them. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { isOpen } from '../core/calendar/opening-hours.ts'
import type { CustomerFacts, Library } from '../core/flow/session.ts'
import type { InteractionId, Instant, QueueId } from '../core/ids.ts'
import { queueFacts } from '../core/routing/queue-facts.ts'
import { interactionView } from '../core/routing/views.ts'
import type { ChatChannel } from '../channels/chat/chat-channel.ts'
import { readFiles, readInvited, readVisitorRow } from '../channels/chat/chat-store.ts'
import type { ChatPorts } from '../channels/chat/ports.ts'
import type { Sender, Thread } from '../channels/port.ts'
import type { WrittenPorts } from '../channels/written/ports.ts'
import type { WrittenChannel } from '../channels/written/written-channel.ts'
import type { VoiceChannel } from '../channels/voice/voice-channel.ts'
import type { Config } from '../config.ts'
import type { Directory, EntryPoint } from '../directory/index.ts'
import type { Engine } from '../engine/engine.ts'
import { readCheckpoint } from '../engine/store.ts'
import type { History, RecognisedContact } from '../history/index.ts'
import type { LiveFeed } from '../insight/index.ts'
import type { Outbound } from '../outbound/index.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import { stableId } from '../platform/stable-id.ts'
import { fetchJson } from './fetch-json.ts'
import { articleFinder } from './told-articles.ts'
import { paymentProvider } from './payment.ts'

export type WrittenRooms = Readonly<{
  config: Config
  database: Database
  directory: Directory
  engine: Engine
  feed: LiveFeed
  history: History
  library: Library
  log: Log
  outbound: Outbound
  chat: () => ChatChannel
  voice: VoiceChannel
}>

export function writtenPorts(rooms: WrittenRooms): WrittenPorts {
  const { chat, config, database, directory, engine, feed, history, library, log } = rooms
  return {
    log,
    now: Date.now,
    database,
    writer: engine,
    directory: {
      entryPoint: (id) => directory.snapshot().entryPoints.get(id) ?? null,
      rules: (id) => chat().settingsOf(id),
      queueIsOpen: (queueId, at) => queueIsOpen(directory, queueId, at),
      agentName: (agentId) => nameOf(directory, agentId),
    },
    flows: {
      library,
      world: (channel) => ({
        timezone: config.timezone,
        calendars: directory.calendars(),
        config: config.flowConfig,
        get queues() {
          return queueFacts(engine.state(), channel)
        },
      }),
    },
    customers: {
      recognise: (thread, sender, interactionId) => recognise(history, thread, sender, interactionId),
      async find(identity) {
        const found = await history.findCustomer({ raw: identity })
        return found === null ? null : customerFacts({ ...found, customerId: found.id })
      },
    },
    findArticle: articleFinder(database),
    fetch: fetchJson,
    pay: paymentProvider(config.paymentUrl),
    bookCallback: (request) => bookCallback(rooms, request),
    recovery: {
      checkpoint: (interactionId) => readCheckpoint(database, interactionId),
      contacts: (interactionIds) => history.contactsOf(interactionIds),
      facts: (interactionIds) => history.factsOf(interactionIds),
    },
    async files(ids) {
      const found = await readFiles(database, ids)
      return found.map(({ id, name, type, bytes }) => ({ id, name, type, bytes }))
    },
    tellAgent: (agentId, event) => feed.tell(event, { agentId }),
    async addressee({ channel, identity }) {
      if (channel !== 'email' || config.mail === null) return null
      const visitor = await readVisitorRow(database, identity)
      return visitor?.email == null ? null : { identity: visitor.email, language: visitor.language }
    },
    async invited({ channel, identity }) {
      const invited = channel === 'chat' ? await readInvited(database, identity) : null
      if (invited === null) return null
      const { queueId, agentId, at } = invited
      return { endedAt: at, outcome: 'answered', queueId, agentId }
    },
    async noticeAfterMs({ channel, entryPointId, identity }) {
      const { replyMailMs } = chat().settingsOf(entryPointId)
      if (channel !== 'chat' || config.mail === null || replyMailMs === 0) return null
      return (await readVisitorRow(database, identity))?.email == null ? null : replyMailMs
    },
  }
}

export function chatPorts(
  { config, database, directory, engine, history, log }: Omit<WrittenRooms, 'chat' | 'feed' | 'library' | 'voice'>,
  written: WrittenChannel,
): ChatPorts {
  const isChat = (found: EntryPoint | null): EntryPoint | null => (found?.channel === 'chat' ? found : null)
  return {
    log,
    now: Date.now,
    database,
    written: written.port,
    sendsMail: config.mail !== null,
    filesFolder: join(config.dataDir, 'files'),
    directory: {
      entryPoint: (address) => directory.entryPointByAddress('chat', address),
      entryPointById: (id) => isChat(directory.snapshot().entryPoints.get(id) ?? null),
      queueIsOpen: (queueId, at) => queueIsOpen(directory, queueId, at),
      agentName: (agentId) => nameOf(directory, agentId),
    },
    async identify(visitorId, { sub: userId, name, email }) {
      const { customerId } = await history.recogniseCaller({ kind: 'visitor', raw: visitorId, displayName: name })
      return (await history.identifyVisitor(customerId, { userId, name, email })).customerId
    },
    async journey({ visitor, interactionId, point }) {
      const { id, name } = visitor
      const customerId =
        visitor.customerId ??
        (await history.recogniseCaller({ kind: 'visitor', raw: id, displayName: name })).customerId
      await history.journeys.append({ customerId, interactionId, consented: true, points: [point] })
    },
    async joins(thread, customerId) {
      const contact = written.contactOf(thread)
      if (contact === null) return
      if (interactionView(engine.state(), contact.id)?.customerId === customerId) return
      await engine.submit({ kind: 'recognise-customer', interactionId: contact.id, customerId })
    },
  }
}

/** What visitors say of themselves is kept as a claim: it leads nobody to the story of another. */
async function recognise(
  history: History,
  { channel, identity }: Thread,
  { customerId, displayName, email, phone }: Sender,
  interactionId: InteractionId,
) {
  const kind = channel === 'chat' || channel === 'email' ? 'visitor' : 'handle'
  const found = await history.recogniseCaller({ kind, raw: identity, displayName, interactionId })
  // Whom the site vouched for before is who they are.
  const known = customerId === null ? found : { ...found, customerId }
  if (email !== null) await history.claimIdentity(known.customerId, 'email', email)
  if (phone !== null) await history.claimIdentity(known.customerId, 'phone', phone)
  return { customerId: known.customerId, lastAgentId: found.lastAgentId, customer: customerFacts(known) }
}

async function bookCallback(
  { directory, engine, history, outbound, voice }: WrittenRooms,
  { ofInteractionId, queueId, number, waitingSince, language }: Parameters<WrittenPorts['bookCallback']>[0],
): Promise<boolean> {
  if (!directory.snapshot().queues.has(queueId)) return false
  const interactionId = stableId('callback', ofInteractionId)
  const asker = { kind: 'callback', callbackId: interactionId } as const
  if (outbound.wouldRefuse({ asker, number, interactionId: ofInteractionId, callerId: null }) !== null) return false
  const callback = await history.callbacks.request({
    id: randomUUID(),
    ofInteractionId,
    interactionId,
    customerId: interactionView(engine.state(), ofInteractionId)?.customerId ?? null,
    number,
    queueId,
    waitingSince,
    language,
  })
  const { id: callbackId } = callback
  const fact = {
    at: Date.now(),
    kind: 'callback-requested',
    interactionId: ofInteractionId,
    callbackId,
    queueId,
  } as const
  await engine.submit({ kind: 'record', fact })
  voice.callbacks.plan(callback)
  return true
}

function customerFacts(found: Omit<RecognisedContact, 'identity' | 'known' | 'company'>): CustomerFacts {
  const { customerId: id, name, language, lastAgentId, highValue, attributes } = found
  return { id, name, language, lastAgentId, highValue, attributes }
}

function queueIsOpen(directory: Directory, queueId: QueueId, at: Instant): boolean {
  const hoursId = directory.queueSettings(queueId)?.hoursId ?? null
  const calendar = hoursId === null ? undefined : directory.calendars()[hoursId]
  return calendar === undefined || isOpen(calendar, at)
}

const nameOf = (directory: Directory, agentId: string): string | null =>
  directory.snapshot().users.get(agentId)?.name ?? null
