/** The writer's SQL: one statement a batch, and what a start reads back. */
import type { Command } from '../core/commands.ts'
import type { Detail, SessionCheckpoint } from '../core/details.ts'
import type { Fact } from '../core/facts.ts'
import type { InteractionId } from '../core/ids.ts'
import type { Outbound, StoredFact } from '../core/writer.ts'
import type { Database } from '../platform/database/database.ts'
import { storable } from '../platform/database/storable.ts'

/** What one decision adds to a batch. Details lie beside the first fact, a message's beside its own. */
export type Entry = Readonly<{
  facts: readonly StoredFact[]
  commands: readonly Command[]
  details: readonly Detail[]
  checkpoint: SessionCheckpoint | null
  /** Number of the inbound message that is taken in by this. */
  takes?: number | null
  sends?: readonly Outbound[]
}>

/** The interaction is over: nothing will ask for where its flow stood. */
const endings = new Set<Fact['kind']>(['interaction-ended'])

/** A statement without an answer for so long is given up and repeated: its connection may be dead without a word. */
const answerWithinMs = 5_000

// Every batch checks the epoch under a share lock, so that a writer which was replaced can't add a fact after its
// successor has begun to read. `on conflict do nothing` makes a repeat after an unknown outcome harmless.
const appendSql = `
  with writer as materialized (select epoch from writer_epoch where epoch = $1 for share),
  f as (
    insert into facts (seq, at, kind, interaction_id, agent_id, epoch, body, commands)
    select r.seq, r.at, r.kind, r.interaction_id, r.agent_id, writer.epoch, r.body, r.commands
    from writer, jsonb_to_recordset($2::jsonb)
      as r(seq bigint, at bigint, kind text, interaction_id uuid, agent_id uuid, body jsonb, commands jsonb)
    on conflict (seq) do nothing
  ), d as (
    insert into details (seq, n, interaction_id, at, kind, body)
    select r.seq, r.n, r.interaction_id, r.at, r.kind, r.body
    from writer, jsonb_to_recordset($3::jsonb)
      as r(seq bigint, n smallint, interaction_id uuid, at bigint, kind text, body jsonb)
    on conflict (seq, n) do nothing
  ), c as (
    insert into session_checkpoints (interaction_id, session)
    select r.interaction_id, r.session
    from writer, jsonb_to_recordset($4::jsonb) as r(interaction_id uuid, session jsonb)
    on conflict (interaction_id) do update set session = excluded.session
  ), gone as (
    delete from session_checkpoints where interaction_id = any($5::uuid[]) and exists (select 1 from writer)
  ), taken as (
    update inbox set state = 'taken', body = null
    where id = any($6::bigint[]) and state <> 'taken' and exists (select 1 from writer)
  ), o as (
    insert into outbox (message_id, interaction_id, channel, entry_point_id, identity, body, about, next_at)
    select r.message_id, r.interaction_id, r.channel, r.entry_point_id, r.identity, r.body, r.about, r.next_at
    from writer, jsonb_to_recordset($7::jsonb) as r(message_id uuid, interaction_id uuid, channel text,
      entry_point_id text, identity text, body jsonb, about text, next_at bigint)
    on conflict (message_id) do nothing
  )
  select epoch from writer`

export class NotTheWriter extends Error {}

/** Stores a batch in one transaction. Throws NotTheWriter when another process has taken over. */
export async function append(database: Database, epoch: number, entries: readonly Entry[]): Promise<void> {
  const facts = entries.flatMap((entry) =>
    entry.facts.map(({ seq, fact }, i) => factRow(seq, fact, i === 0 ? entry.commands : [])),
  )
  const details = entries.flatMap((entry) => detailRows(entry))
  const ended = facts.flatMap((row) =>
    endings.has(row.kind) && row.interaction_id !== null ? [row.interaction_id] : [],
  )
  const checkpoints = latestCheckpoints(entries).filter((row) => !ended.includes(row.interaction_id))
  const statement = {
    name: 'append-facts',
    text: appendSql,
    values: [
      epoch,
      storable(facts),
      storable(details),
      storable(checkpoints),
      ended,
      entries.flatMap(({ takes }) => (takes == null ? [] : [takes])),
      storable(entries.flatMap(({ sends = [] }) => sends.map(outboxRow))),
    ],
    query_timeout: answerWithinMs,
  }
  const result = await database.pool.query(statement)
  if (result.rowCount !== 1) throw new NotTheWriter('another process writes this organisation now')
}

function factRow(seq: number, fact: Fact, commands: readonly Command[]) {
  const { at, kind, ...body } = fact
  return {
    seq,
    at,
    kind,
    interaction_id: 'interactionId' in fact ? fact.interactionId : null,
    agent_id: 'agentId' in fact ? fact.agentId : null,
    body,
    commands: commands.length === 0 ? null : commands,
  }
}

function detailRows({ facts, details }: Entry) {
  const first = facts[0]?.seq
  if (first === undefined) return []
  return details.map((detail, n) => {
    const { kind, interactionId, at, ...body } = detail
    const seq = detail.kind === 'message' ? (factOfMessage(facts, detail.messageId)?.seq ?? first) : first
    return { seq, n, interaction_id: interactionId, at, kind, body }
  })
}

function factOfMessage(facts: readonly StoredFact[], messageId: string): StoredFact | undefined {
  return facts.find(
    ({ fact }) => (fact.kind === 'message-received' || fact.kind === 'message-sent') && fact.messageId === messageId,
  )
}

function outboxRow(sent: Outbound) {
  const { messageId, interactionId, channel, entryPointId, identity, body, about = null, notBefore = 0 } = sent
  return {
    ...{ message_id: messageId, interaction_id: interactionId, channel, entry_point_id: entryPointId, identity, body },
    ...{ about, next_at: notBefore },
  }
}

function latestCheckpoints(entries: readonly Entry[]) {
  const latest = new Map<InteractionId, unknown>()
  for (const { checkpoint } of entries)
    if (checkpoint !== null) latest.set(checkpoint.interactionId, checkpoint.session)
  return [...latest].map(([interaction_id, session]) => ({ interaction_id, session }))
}

type FactRow = { seq: number; at: number; kind: string; body: object }

/** All facts after `seq`, oldest first, handed over page by page. */
export async function readFacts(
  database: Database,
  afterSeq: number,
  take: (facts: readonly StoredFact[]) => void,
): Promise<number> {
  let last = afterSeq
  for (;;) {
    const { rows } = await database.pool.query<FactRow>({
      name: 'read-facts',
      text: 'select seq, at, kind, body from facts where seq > $1 order by seq limit 10000',
      values: [last],
    })
    if (rows.length === 0) return last
    // The row is what factRow wrote: the union's own fields, spread over columns.
    take(rows.map(({ seq, at, kind, body }) => ({ seq, fact: { at, kind, ...body } as Fact })))
    last = rows[rows.length - 1]?.seq ?? last
  }
}

/** The newest of that version: one that an older program wrote is of no use, the facts are. */
export async function readSnapshot(
  database: Database,
  version: number,
): Promise<{ seq: number; state: unknown } | null> {
  const { rows } = await database.pool.query<{ seq: number; state: unknown }>(
    `select seq, state from snapshots where state->'version' = to_jsonb($1::int) order by seq desc limit 1`,
    [version],
  )
  return rows[0] ?? null
}

/** Keeps the newest two: the last one, and one to fall back to. */
export async function writeSnapshot(database: Database, seq: number, state: unknown): Promise<void> {
  await database.pool.query('insert into snapshots (seq, state) values ($1, $2) on conflict (seq) do nothing', [
    seq,
    storable(state),
  ])
  await database.pool.query(
    'delete from snapshots where seq < (select min(seq) from (select seq from snapshots order by seq desc limit 2) newest)',
  )
}

export async function readCheckpoint(database: Database, interactionId: InteractionId): Promise<unknown> {
  const { rows } = await database.pool.query<{ session: unknown }>(
    'select session from session_checkpoints where interaction_id = $1',
    [interactionId],
  )
  return rows[0]?.session ?? null
}

/** When the last fact was decided; 0 before the first. */
export async function readLastAt(database: Database): Promise<number> {
  const { rows } = await database.pool.query<{ at: number }>('select at from facts order by seq desc limit 1')
  return rows[0]?.at ?? 0
}

/** When a writer was last known to be alive; 0 before the first. */
export async function readHeartbeat(database: Database): Promise<number> {
  const { rows } = await database.pool.query<{ at: number }>('select at from writer_heartbeat')
  return rows[0]?.at ?? 0
}

export async function writeHeartbeat(database: Database, epoch: number, at: number): Promise<void> {
  const statement = {
    name: 'heartbeat',
    text: 'update writer_heartbeat set at = $1 where exists (select from writer_epoch where epoch = $2)',
    values: [at, epoch],
    query_timeout: answerWithinMs,
  }
  await database.pool.query(statement)
}
