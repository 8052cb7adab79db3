/** What the room's routes are handed in by the composition root. */
import type { CrmSubject } from './crm/lookup.ts'

export type CrmPorts = Readonly<{
  /** null: there is no such customer. */
  subjectOf(customerId: string): Promise<CrmSubject | null>
}>
