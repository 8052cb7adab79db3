/** The room, put together: what the composition root hands to the voice channel, the API and the live views. */
import type { CountryCode } from 'libphonenumber-js/max'
import type { CustomerId, InteractionId, Instant, QueueId } from '../core/ids.ts'
import type { Writer } from '../core/writer.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import * as callbacks from './callbacks-store.ts'
import { contactsOf } from './contacts-store.ts'
import { factsOf } from './facts-store.ts'
import type { IdentityKind } from './identity.ts'
import { Projector } from './projector.ts'
import { findCustomer, recogniseCaller, type Contact } from './recognition.ts'

export type HistoryStart = Readonly<{
  database: Database
  writer: Writer
  /** For numbers in national writing. */
  country: CountryCode
  log: Log
  now?: () => Instant
}>

export type History = ReturnType<typeof createHistory>

/** Nothing runs until `projector.start()`. */
export function createHistory({ database, writer, country, log, now = Date.now }: HistoryStart) {
  const projector = new Projector({ database, writer, log })
  return {
    database,
    writer,
    country,
    log,
    now,
    projector,
    recogniseCaller: (contact: Contact) => recogniseCaller(database, country, contact),
    findCustomer: (wanted: { kind?: IdentityKind; raw: string; country?: CountryCode }) =>
      findCustomer(database, country, wanted),
    /** What recovery asks: who these contacts were. */
    contactsOf: (interactionIds: readonly InteractionId[]) => contactsOf(database, interactionIds),
    /** And what had happened to them. */
    factsOf: async (interactionIds: readonly InteractionId[]) =>
      (await factsOf(database, interactionIds)).map(({ fact }) => fact),
    callbacks: {
      request: (callback: Omit<callbacks.NewCallback, 'requestedAt'>) =>
        callbacks.requestCallback(database, { ...callback, requestedAt: now() }),
      move: (id: string, state: callbacks.OpenCallbackState, attempt = false) =>
        callbacks.moveCallback(database, id, state, now(), attempt),
      close: (id: string, state: Exclude<callbacks.CallbackState, callbacks.OpenCallbackState>, reason: string) =>
        callbacks.closeCallback(database, id, state, reason, now()),
      tryAgain: (id: string, interactionId: InteractionId, mostAttempts: number, reason: string) =>
        callbacks.tryCallbackAgain(database, { id, interactionId, mostAttempts, reason, at: now() }),
      servedOtherwise: (customerId: CustomerId, byInteractionId: InteractionId) =>
        callbacks.cancelServedCallbacks(database, customerId, byInteractionId, now()),
      read: (id: string) => callbacks.readCallback(database, id),
      isOpen: (id: string) => callbacks.isCallbackOpen(database, id),
      open: () => callbacks.openCallbacks(database),
      openOf: (customerId: CustomerId, queueId?: QueueId) => callbacks.openCallbackOf(database, customerId, queueId),
      byInteraction: (interactionId: InteractionId) => callbacks.callbackByInteraction(database, interactionId),
    },
  }
}
