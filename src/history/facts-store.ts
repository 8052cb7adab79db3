/** Stored facts and details, as the history reads them. */
import type { Detail } from '../core/details.ts'
import type { StoredDetail } from '../core/history/chronicle.ts'
import type { Fact, FactKind } from '../core/facts.ts'
import type { AgentId, InteractionId } from '../core/ids.ts'
import type { StoredFact } from '../core/writer.ts'
import type { Database } from '../platform/database/database.ts'

type FactRow = { seq: number; at: number; kind: string; body: object }

export async function factsAfter(database: Database, seq: number, limit: number): Promise<StoredFact[]> {
  const { rows } = await database.pool.query<FactRow>({
    name: 'facts-after',
    text: 'select seq, at, kind, body from facts where seq > $1 order by seq limit $2',
    values: [seq, limit],
  })
  return rows.map(toStored)
}

/** All facts of these interactions up to and with `upTo`, oldest first. */
export async function factsOf(
  database: Database,
  interactionIds: readonly InteractionId[],
  upTo: number = Number.MAX_SAFE_INTEGER,
): Promise<StoredFact[]> {
  if (interactionIds.length === 0) return []
  const { rows } = await database.pool.query<FactRow>({
    name: 'facts-of-interactions',
    text: `select seq, at, kind, body from facts
      where interaction_id = any($1::uuid[]) and seq <= $2 order by seq`,
    values: [interactionIds, upTo],
  })
  return rows.map(toStored)
}

export async function detailsOf(database: Database, interactionId: InteractionId): Promise<StoredDetail[]> {
  const { rows } = await database.pool.query<FactRow>({
    name: 'details-of-interaction',
    text: 'select seq, at, kind, body from details where interaction_id = $1 order by seq, n',
    values: [interactionId],
  })
  return rows.map(({ seq, at, kind, body }) => ({ seq, detail: { at, kind, interactionId, ...body } as Detail }))
}

/** Interactions of the latest facts that name this agent, up to and with `upTo`. */
export async function involvedWith(
  database: Database,
  agentId: AgentId,
  upTo: number,
  limit: number,
): Promise<InteractionId[]> {
  const { rows } = await database.pool.query<{ interaction_id: string }>(
    `select distinct interaction_id from (
       select interaction_id from facts
       where agent_id = $1 and seq <= $2 and interaction_id is not null order by seq desc limit $3) latest`,
    [agentId, upTo, limit],
  )
  return rows.map((row) => row.interaction_id)
}

/** Those of that kind among the newest facts, oldest first. */
export async function recentFacts(database: Database, kind: FactKind, among: number): Promise<StoredFact[]> {
  const { rows } = await database.pool.query<FactRow>(
    `select seq, at, kind, body from (select * from facts order by seq desc limit $2) newest where kind = $1 order by seq`,
    [kind, among],
  )
  return rows.map(toStored)
}

/** The writer spread the union's own fields over the columns; this puts them together again. */
function toStored({ seq, at, kind, body }: FactRow): StoredFact {
  return { seq, fact: { at, kind, ...body } as Fact }
}
