/** What a search asks, and what it finds: the shapes that all kinds of documents share. */
import type { Channel, CustomerId, Instant, InteractionId } from '../../core/ids.ts'

export const documentKinds = ['message', 'input', 'note', 'case'] as const
export type DocumentKind = (typeof documentKinds)[number]

export type Hit = Readonly<{
  kind: DocumentKind
  /** Unique among all documents. */
  id: string
  at: Instant
  interactionId: InteractionId | null
  caseId: string | null
  customerId: CustomerId | null
  customerName: string | null
  channel: Channel | null
  /** With what matched between U+0001 and U+0002. */
  snippet: string
}>

export type Search = Readonly<{
  text: string
  kinds: readonly DocumentKind[]
  customerId: CustomerId | null
  channel: Channel | null
  from: Instant | null
  to: Instant | null
  /** Hits follow on this one. */
  after: Readonly<{ at: number; id: string }> | null
  limit: number
}>

/** Of `text`, an SQL expression; `asked.q` is the question. */
export const snippet = (text: string): string =>
  `ts_headline('centralita', ${text}, (select q from asked),
     'MaxWords=24, MinWords=10, ShortWord=2, MaxFragments=1, StartSel="\u0001", StopSel="\u0002"') as snippet`

/** Of `hit.customer_id`. */
export const owner = `left join customers c on c.id = hit.customer_id
  left join customers l on l.id = coalesce(c.leading_id, c.id)`
export const ownerColumns = `l.id as "customerId", coalesce(l.name, c.name) as "customerName"`
