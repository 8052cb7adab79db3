/** What the other rooms may use of this one. */
export { createHistory, type History, type HistoryStart } from './history.ts'
export { registerHistoryRoutes } from './routes.ts'
export type {
  Audio,
  CallControl,
  CallResult,
  HistoryPorts,
  Person,
  RecordingStore,
  Refused,
  WhyWaiting,
} from './ports.ts'
export type { Callback, CallbackState, NewCallback, OpenCallbackState } from './callbacks-store.ts'
export type { StoredContact } from './contacts-store.ts'
export type { Customer, FoundCustomer } from './customers-store.ts'
export { factsAfter, factsOf, involvedWith } from './facts-store.ts'
export type { IdentityKind } from './identity.ts'
export { Projector } from './projector.ts'
export type { Contact, RecognisedContact } from './recognition.ts'
