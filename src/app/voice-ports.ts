/** The rooms, as the voice channel wants to see them. */
import { nextAttemptAfterMs } from '../core/callback/next-attempt.ts'
import type { CustomerFacts, Library, World } from '../core/flow/session.ts'
import type { QueueId } from '../core/ids.ts'
import { queueFacts } from '../core/routing/queue-facts.ts'
import type { Config } from '../config.ts'
import type { QueueTreatment, SipAccount, VoiceEntryPoint, VoicePorts } from '../channels/voice/ports.ts'
import { browserAccount, type Directory, type EntryPoint } from '../directory/index.ts'
import type { Engine } from '../engine/engine.ts'
import { readCheckpoint } from '../engine/store.ts'
import type { FoundCustomer, History } from '../history/index.ts'
import type { Outbound } from '../outbound/index.ts'
import type { Protection } from '../protection/index.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import { articleFinder } from './told-articles.ts'
import { fetchJson } from './fetch-json.ts'
import { openingOf } from './opening.ts'
import { paymentProvider } from './payment.ts'

/** A customer who did not answer so often is not called again. */
const mostCallbackAttempts = 3

type DirectoryAccount = ReturnType<Directory['sipAccounts']>[number]

export type VoiceRooms = Readonly<{
  config: Config
  database: Database
  directory: Directory
  engine: Engine
  history: History
  library: Library
  log: Log
  outbound: Outbound
  protection: Protection
  speech: VoicePorts['speech']
  /** Who calls from a page of a site; null: it is an ordinary call. */
  visitorOfCall(number: string | null, name: string | null): Readonly<{ id: string; name: string | null }> | null
}>

export function voicePorts(rooms: VoiceRooms): VoicePorts {
  const { config, database, directory, engine, history, library, log, outbound, protection } = rooms
  return {
    log,
    now: Date.now,
    organisation: config.organisation,
    phoneTransfers: config.phoneTransfers,
    writer: engine,
    directory: {
      entryPoint: (number) => entryPointOf(directory.entryPointByAddress('voice', number)),
      entryPointById: (id) => entryPointOf(directory.snapshot().entryPoints.get(id) ?? null),
      queueTreatment: (queueId) => treatmentOf(directory, queueId),
      queueExists: (queueId) => directory.queueSettings(queueId) !== null,
      queueIsOpen: (queueId, at) => openingOf(directory, queueId, at) === at,
      sipAccounts: () => directory.sipAccounts().flatMap(devicesOf),
      sipAccountsOf: (agentId) => {
        const account = directory.snapshot().sipAccounts.get(agentId)
        return account === undefined ? [] : devicesOf(account)
      },
      agentOfEndpoint: (endpoint) => directory.agentBySipUsername(endpoint.replace(/-web$/, '')),
      agentName: (agentId) => directory.snapshot().users.get(agentId)?.name ?? null,
      isBrowser: (endpoint) => endpoint.endsWith('-web'),
      onSipAccounts(listener) {
        // Only what differs is pushed: asking often costs nothing.
        const renewal = setInterval(listener, renewalMs)
        renewal.unref()
        const stop = directory.onChange((changes) => {
          if (changes.some((change) => change.kind === 'sip-accounts-changed')) listener()
        })
        return () => {
          clearInterval(renewal)
          stop()
        }
      },
      trunks: () => [...directory.snapshot().trunks.values()].filter(({ enabled }) => enabled),
      fallbacks: () => fallbacksOf(directory, config.fallbackNumber),
      onFallbacks: (listener) =>
        directory.onChange((changes) => {
          if (changes.some(({ kind }) => fallbackChanges.has(kind))) listener()
        }),
      onTrunks: (listener) =>
        directory.onChange((changes) => {
          if (changes.some((change) => change.kind === 'trunks-changed')) listener()
        }),
    },
    flows: { library, world: () => worldOf(rooms) },
    customers: {
      async recognise(raw, displayName, interactionId) {
        const visitor = rooms.visitorOfCall(raw, displayName)
        const found = await history.recogniseCaller(
          visitor === null
            ? { kind: 'phone', raw: raw ?? '', displayName, interactionId }
            : { kind: 'visitor', raw: visitor.id, displayName: visitor.name, interactionId },
        )
        const { customerId, lastAgentId } = found
        // The visitor’s own id is nobody’s number.
        const identity = visitor === null ? found.identity : null
        return { customerId, identity, lastAgentId, customer: customerFacts({ ...found, id: customerId }) }
      },
      async find(identity) {
        const found = await history.findCustomer({ raw: identity })
        return found === null ? null : customerFacts(found)
      },
    },
    speech: rooms.speech,
    findArticle: articleFinder(database),
    fetch: fetchJson,
    pay: paymentProvider(config.paymentUrl),
    recovery: {
      checkpoint: (interactionId) => readCheckpoint(database, interactionId),
      contacts: (interactionIds) => history.contactsOf(interactionIds),
      facts: (interactionIds) => history.factsOf(interactionIds),
    },
    callbacks: {
      request: (callback) => history.callbacks.request(callback),
      open: () => history.callbacks.open(),
      byInteraction: (interactionId) => history.callbacks.byInteraction(interactionId),
      isOpen: (id, interactionId) => history.callbacks.isOpen(id, interactionId),
      async dialling(id) {
        await history.callbacks.move(id, 'dialling', true)
      },
      async tryAgain(id, interactionId, reason) {
        const callback = await history.callbacks.read(id)
        if (callback === null) return null
        const rule = { most: mostCallbackAttempts, everyMs: config.callbackRetryMs }
        const afterMs = nextAttemptAfterMs({ attempts: callback.attempts, reason }, rule)
        const dueAt = afterMs === null ? null : openingOf(directory, callback.queueId, Date.now() + afterMs)
        if (dueAt !== null) return history.callbacks.tryAgain(id, { interactionId, reason, dueAt })
        await history.callbacks.close(id, 'failed', reason)
        return null
      },
      async close(id, state, reason) {
        await history.callbacks.close(id, state, reason)
      },
    },
    outbound,
    protection,
    media: { rtpTimeoutSeconds: config.rtp.timeoutSeconds },
    securityLog: config.securityLog,
  }
}

function entryPointOf(found: EntryPoint | null): VoiceEntryPoint | null {
  return found === null ? null : { ...found, number: found.address }
}

/** A fallback is a number that the policy allows, over a trunk that there is. */
const fallbackChanges = new Set(['entry-points-changed', 'trunks-changed', 'outbound-policy-changed'])

function fallbacksOf(directory: Directory, anyNumber: string | null): { dialled: string | null; number: string }[] {
  const own = [...directory.snapshot().entryPoints.values()].flatMap(({ channel, address, enabled, fallbackNumber }) =>
    channel === 'voice' && enabled && fallbackNumber !== null ? [{ dialled: address, number: fallbackNumber }] : [],
  )
  return anyNumber === null ? own : [{ dialled: null, number: anyNumber }, ...own]
}

function treatmentOf(directory: Directory, queueId: QueueId): QueueTreatment {
  const settings = directory.queueSettings(queueId)
  if (settings === null) return { music: 'default', callerId: null, record: false, announce: null, comfort: null }
  const { announcements, callerId, comfort, music, recording } = settings
  return {
    music,
    callerId,
    record: recording,
    announce: announcements.everyMs === 0 ? null : announcements,
    comfort: comfort.everyMs === 0 || comfort.messages.length === 0 ? null : comfort,
  }
}

/** Each agent may use a desk phone, a browser, or both: two endpoints, the browser's password new every few hours. */
function devicesOf(account: DirectoryAccount): SipAccount[] {
  const { username, ha1 } = browserAccount(account, Date.now())
  return [
    { ...account, endpoint: account.username, device: 'phone' },
    { ...account, endpoint: username, username, ha1, device: 'browser' },
  ]
}

/** How soon Asterisk is told of the browsers' next passwords. */
const renewalMs = 15_000

function worldOf({ config, directory, engine }: VoiceRooms): World {
  return {
    timezone: config.timezone,
    calendars: directory.calendars(),
    config: config.flowConfig,
    get queues() {
      return queueFacts(engine.state(), 'voice')
    },
  }
}

function customerFacts(found: Pick<FoundCustomer, keyof CustomerFacts>): CustomerFacts {
  const { id, name, language, lastAgentId, highValue, attributes } = found
  return { id, name, language, lastAgentId, highValue, attributes }
}
