/** The rows that the history derives from facts. One statement moves the position and writes what changed by it. */
import type { AgentLine, BoardChange, QueueLine } from '../core/history/board.ts'
import { isSettled, type Story } from '../core/history/story.ts'
import type { InteractionId } from '../core/ids.ts'
import { verdictOn } from '../core/measures/announced-wait.ts'
import type { Database } from '../platform/database/database.ts'
import { storyRow } from './story-row.ts'

export type ProjectionBatch = Readonly<{
  from: number
  to: number
  /** With the number of leading segments that are stored for good. */
  stories: readonly Readonly<{ story: Story; storedSegments: number }>[]
  lines: readonly BoardChange[]
}>

const interactionColumns = `
  channel text, direction text, entry_point_id text, provider_id text, customer_id uuid, state text,
  wrapping_up boolean, settled boolean, queue_id text, agent_id uuid, arrived_at bigint, queued_at bigint,
  waiting_since bigint, answered_at bigint, ended_at bigint, ended_at_latest bigint, wait_ms bigint, talk_ms bigint, hold_ms bigint,
  wrap_up_ms bigint, offers integer, recordings integer, ended_by text, outcome text, cause text`

const columnNames = interactionColumns.split(',').map((column) => column.trim().split(' ')[0] ?? '')
const fixed = new Set(['channel', 'direction', 'entry_point_id', 'provider_id', 'arrived_at'])
const assignments = columnNames.filter((name) => !fixed.has(name)).map((name) => `${name} = excluded.${name}`)

// Nothing is written unless the position stands where this batch begins: every fact counts exactly once.
const advanceSql = `
  with moved as materialized (
    update projections set seq = $2 where name = 'history' and seq = $1 returning seq
  ), i as (
    insert into interactions (id, ${columnNames.join(', ')})
    select id, ${columnNames.join(', ')} from moved, json_to_recordset($3::json) as r(id uuid, ${interactionColumns})
    on conflict (id) do update set ${assignments.join(', ')}
  ), s as (
    insert into segments (interaction_id, n, kind, agent_id, queue_id, from_at, to_at, outcome)
    select interaction_id, n, kind, agent_id, queue_id, from_at, to_at, outcome
    from moved, json_to_recordset($4::json) as r(interaction_id uuid, n smallint, kind text, agent_id uuid,
      queue_id text, from_at bigint, to_at bigint, outcome text)
    on conflict (interaction_id, n) do update set to_at = excluded.to_at, outcome = excluded.outcome
  ), v as (
    insert into voicemails (recording_id, interaction_id, queue_id, customer_id, left_at, duration_ms)
    select recording_id, interaction_id, queue_id, customer_id, left_at, duration_ms
    from moved, json_to_recordset($5::json) as r(recording_id text, interaction_id uuid, queue_id text,
      customer_id uuid, left_at bigint, duration_ms bigint)
    on conflict (recording_id) do update set customer_id = excluded.customer_id
  ), w as (
    insert into wait_announcements (interaction_id, n, queue_id, at, position, estimate_ms, announced_ms, quantile,
      waited_ms, verdict)
    select interaction_id, n, queue_id, at, position, estimate_ms, announced_ms, quantile, waited_ms, verdict
    from moved, json_to_recordset($8::json) as r(interaction_id uuid, n smallint, queue_id text, at bigint,
      position integer, estimate_ms double precision, announced_ms bigint, quantile real, waited_ms bigint, verdict text)
    on conflict (interaction_id, n) do update set waited_ms = excluded.waited_ms, verdict = excluded.verdict
  ), l as (
    insert into live_states (kind, id, state)
    select kind, id, state from moved, json_to_recordset($6::json) as r(kind text, id text, state jsonb)
    on conflict (kind, id) do update set state = excluded.state
  ), gone as (
    delete from live_states where (kind, id) in (
      select r.kind, r.id from moved, json_to_recordset($7::json) as r(kind text, id text))
  )
  select seq from moved`

/** False when the position stands elsewhere: somebody else projected meanwhile, and this memory is out of date. */
export async function advance(database: Database, batch: ProjectionBatch): Promise<boolean> {
  const { rowCount } = await database.relaxed.query({
    name: 'advance-history',
    text: advanceSql,
    values: [
      batch.from,
      batch.to,
      JSON.stringify(batch.stories.map(({ story }) => interactionRow(story))),
      JSON.stringify(batch.stories.flatMap(({ story, storedSegments }) => segmentRows(story, storedSegments))),
      JSON.stringify(batch.stories.flatMap(({ story }) => voicemailRows(story))),
      JSON.stringify(batch.lines.flatMap(({ kind, id, line }) => (line === null ? [] : [{ kind, id, state: line }]))),
      JSON.stringify(batch.lines.flatMap(({ kind, id, line }) => (line === null ? [{ kind, id }] : []))),
      JSON.stringify(batch.stories.flatMap(({ story }) => announcementRows(story))),
    ],
  })
  return rowCount === 1
}

function interactionRow(story: Story) {
  return { ...storyRow(story), provider_id: story.providerId, settled: isSettled(story) }
}

function segmentRows(story: Story, storedSegments: number) {
  return story.segments.slice(storedSegments).map((segment, i) => ({
    interaction_id: story.interactionId,
    n: storedSegments + i,
    kind: segment.kind,
    agent_id: segment.agentId,
    queue_id: segment.queueId,
    from_at: segment.from,
    to_at: segment.to,
    outcome: segment.outcome,
  }))
}

function voicemailRows(story: Story) {
  return story.voicemails.map((voicemail) => ({
    recording_id: voicemail.recordingId,
    interaction_id: story.interactionId,
    queue_id: voicemail.queueId,
    customer_id: story.customerId,
    left_at: voicemail.at,
    duration_ms: voicemail.durationMs,
  }))
}

function announcementRows(story: Story) {
  return story.announcements.map((announced, n) => ({
    interaction_id: story.interactionId,
    n,
    queue_id: announced.queueId,
    at: announced.at,
    position: announced.position,
    estimate_ms: announced.estimateMs,
    announced_ms: announced.announcedMs,
    quantile: announced.quantile,
    waited_ms: announced.waitedMs,
    verdict: verdictOn(announced),
  }))
}

export type Standing = Readonly<{
  seq: number
  /** Interactions of which more facts are expected. */
  unsettled: readonly InteractionId[]
  agents: readonly AgentLine[]
  queues: readonly QueueLine[]
}>

/** Position and what belongs to it, read as of one moment. */
export async function readStanding(database: Database): Promise<Standing> {
  const { rows } = await database.pool.query<{
    seq: number
    unsettled: InteractionId[] | null
    agents: AgentLine[] | null
    queues: QueueLine[] | null
  }>(`select seq,
      (select jsonb_agg(id) from interactions where not settled) as unsettled,
      (select jsonb_agg(state) from live_states where kind = 'agent') as agents,
      (select jsonb_agg(state) from live_states where kind = 'queue') as queues
    from projections where name = 'history'`)
  const row = rows[0]
  if (row === undefined) throw new Error('the projection has no position: has the database been migrated?')
  return { seq: row.seq, unsettled: row.unsettled ?? [], agents: row.agents ?? [], queues: row.queues ?? [] }
}

/** Forgets everything derived; the facts tell it again. */
export async function forgetDerived(database: Database): Promise<void> {
  await database.knex.transaction(async (transaction) => {
    await transaction('projections').where({ name: 'history' }).update({ seq: 0 })
    for (const table of ['interactions', 'segments', 'voicemails', 'wait_announcements', 'live_states'])
      await transaction(table).delete()
  })
}
