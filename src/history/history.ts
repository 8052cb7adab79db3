/** The room, put together: what the composition root hands to the voice channel, the API and the live views. */
import type { CountryCode } from 'libphonenumber-js/max'
import type { AgentId, CustomerId, InteractionId, Instant, QueueId } from '../core/ids.ts'
import type { Expressions } from '../core/flow/expression.ts'
import type { Writer } from '../core/writer.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import type { CallbackState, NewCallback, OpenCallbackState } from './callback-row.ts'
import * as callbacks from './callbacks-store.ts'
import { contactsOf } from './contacts-store.ts'
import { factsOf } from './facts-store.ts'
import type { IdentityKind } from './customer/identity.ts'
import { Projector } from './projector.ts'
import { identifyingAttributes } from './customer/attributes.ts'
import { DuplicateFinder } from './customer/duplicate-finder.ts'
import { Journeys } from './customer/journey.ts'
import {
  claimIdentity,
  findCustomer,
  identifyVisitor,
  recogniseCaller,
  type Contact,
  type SignedUser,
} from './customer/recognition.ts'
import { doNotCallOf, forbidCalls } from './customer/do-not-call-store.ts'
import { listCustomers, readCustomer } from './customer/store.ts'
import { Newsroom } from './news.ts'
import * as owed from './owed-callbacks-store.ts'
import { summaryOf } from './summary.ts'
import { wordIndexing } from './search/words-store.ts'
import { casePlacing } from './work/case-placing.ts'
import { TaskBell } from './work/task-bell.ts'

export type HistoryStart = Readonly<{
  database: Database
  writer: Writer
  /** For numbers in national writing. */
  country: CountryCode
  /** For segments and journey rules. */
  expressions: Expressions
  log: Log
  now?: () => Instant
}>

export type History = ReturnType<typeof createHistory>

/** Nothing runs until `projector.start()`. */
export function createHistory({ database, writer, country, expressions, log, now = Date.now }: HistoryStart) {
  const projector = new Projector({ database, writer, log })
  const newsroom = new Newsroom()
  return {
    database,
    writer,
    country,
    expressions,
    log,
    now,
    projector,
    newsroom,
    journeys: new Journeys(database, expressions, newsroom),
    duplicates: new DuplicateFinder({ database, log, identifying: () => identifyingAttributes(database.knex) }),
    casePlacing: casePlacing({ database, writer, log }),
    wordIndexing: wordIndexing({ database, writer, log }),
    taskBell: new TaskBell({ database, newsroom, now, log }),
    /** As shown, whichever of the merged records is asked for. */
    customer: (id: CustomerId) => readCustomer(database.knex, id),
    summary: (interactionId: InteractionId) => summaryOf(database, interactionId),
    identifyVisitor: (visitor: CustomerId, user: SignedUser) => identifyVisitor(database, visitor, user),
    claimIdentity: (customerId: CustomerId, kind: 'email' | 'phone', raw: string) =>
      claimIdentity(database, country, customerId, { kind, raw }),
    recogniseCaller: (contact: Contact) => recogniseCaller(database, country, contact),
    findCustomer: (wanted: { kind?: IdentityKind; raw: string; country?: CountryCode }) =>
      findCustomer(database, country, wanted),
    doNotCallOf: (customerId: CustomerId) => doNotCallOf(database, customerId),
    /** From now on, because they said so to this agent. */
    forbidCalls: (customerId: CustomerId, agent: Readonly<{ id: AgentId; name: string }>) =>
      forbidCalls(database.knex, customerId, { kind: 'user', ...agent }, now()),
    /** Newest first, as the list of customers finds them. */
    async foundCustomers(search: string, most: number) {
      const ask = { search, identities: [], after: null, limit: most }
      return (await listCustomers(database, ask)).items
    },
    /** What recovery asks: who these contacts were. */
    contactsOf: (interactionIds: readonly InteractionId[]) => contactsOf(database, interactionIds),
    /** And what had happened to them. */
    factsOf: async (interactionIds: readonly InteractionId[]) =>
      (await factsOf(database, interactionIds)).map(({ fact }) => fact),
    callbacks: {
      request: (callback: Omit<NewCallback, 'requestedAt'>) =>
        callbacks.requestCallback(database, { ...callback, requestedAt: now() }),
      move: (id: string, state: OpenCallbackState, attempt = false) =>
        callbacks.moveCallback(database, id, state, now(), attempt),
      close: (id: string, state: Exclude<CallbackState, OpenCallbackState>, reason: string) =>
        callbacks.closeCallback(database, id, state, reason, now()),
      tryAgain: (id: string, next: { interactionId: InteractionId; reason: string; dueAt: Instant }) =>
        callbacks.tryCallbackAgain(database, { id, ...next, at: now() }),
      servedOtherwise: (customerId: CustomerId, byInteractionId: InteractionId) =>
        callbacks.cancelServedCallbacks(database, customerId, byInteractionId, now()),
      read: (id: string) => owed.readCallback(database, id),
      isOpen: (id: string, interactionId: InteractionId) => owed.isCallbackOpen(database, id, interactionId),
      change: (id: string, interactionId: InteractionId, move: callbacks.CallbackMove) =>
        callbacks.changeCallback(database, id, interactionId, move, now()),
      askedByForm: (number: string, window: { since: Instant; sinceByAnybody: Instant }) =>
        owed.askedByForm(database, number, window),
      open: () => owed.openCallbacks(database),
      openOf: (customerId: CustomerId, queueId?: QueueId) => owed.openCallbackOf(database, customerId, queueId),
      byInteraction: (interactionId: InteractionId) => owed.callbackByInteraction(database, interactionId),
    },
  }
}
