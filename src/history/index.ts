/** What the other rooms may use of this one. */
export { factsAfter, factsOf, involvedWith } from './facts-store.ts'
export { createHistory, type History } from './history.ts'
export type { CallbackDesk, CallControl, CallResult, HistoryPorts, Person } from './ports.ts'
export type { FoundCustomer } from './customer/store.ts'
export type { RecognisedContact } from './customer/recognition.ts'
export { addNote } from './interactions-store.ts'
export { workCards, type WorkCard } from './work-cards-store.ts'
export { registerHistoryRoutes } from './routes.ts'
