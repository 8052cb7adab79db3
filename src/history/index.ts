/** What the other rooms may use of this one. */
export { createHistory, type History, type HistoryStart } from './history.ts'
export type { Callback, CallbackState, NewCallback, OpenCallbackState } from './callbacks-store.ts'
export type { StoredContact } from './contacts-store.ts'
export type { Customer, FoundCustomer } from './customers-store.ts'
export type { IdentityKind } from './identity.ts'
export { Projector } from './projector.ts'
export type { Contact, RecognisedContact } from './recognition.ts'
