/** Voicemails, as the facts tell of them, and who has listened. */
import type { VoicemailOutcome } from '../core/facts.ts'
import type { Instant } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'
import type { Cursor } from './cursor.ts'

/** Waits for somebody; somebody deals with it; dealt with. */
export const voicemailStates = ['open', 'taken', 'finished'] as const
export type VoicemailState = (typeof voicemailStates)[number]

export type VoicemailRow = Readonly<{
  recording_id: string
  interaction_id: string
  queue_id: string
  customer_id: string | null
  customer_name: string | null
  left_at: Instant
  duration_ms: number
  listened_at: Instant | null
  listened_by: string | null
  taken_at: Instant | null
  taken_by: string | null
  finished_at: Instant | null
  finished_by: string | null
  outcome: VoicemailOutcome | null
  callback_id: string | null
}>

/** Newest first. */
export async function listVoicemails(
  database: Database,
  ask: {
    queueId: string | null
    listened: boolean | null
    state: VoicemailState | null
    after: Cursor | null
    limit: number
  },
): Promise<{ items: VoicemailRow[]; next: Cursor | null }> {
  const { rows } = await database.pool.query<VoicemailRow>(
    `select v.recording_id, v.interaction_id, v.queue_id, v.customer_id, c.name as customer_name, v.left_at,
       v.duration_ms, l.at as listened_at, l.listened_by,
       w.taken_at, w.taken_by, w.finished_at, w.finished_by, w.outcome, w.callback_id
     from voicemails v
     left join voicemail_listenings l on l.recording_id = v.recording_id
     left join voicemail_work w on w.recording_id = v.recording_id
     left join customers c on c.id = v.customer_id
     where ($1::text is null or v.queue_id = $1)
       and ($2::boolean is null or (l.at is not null) = $2)
       and ($6::text is null or $6 = case when w.finished_at is not null then 'finished'
         when w.taken_by is not null then 'taken' else 'open' end)
       and ($3::bigint is null or (v.left_at, v.recording_id) < ($3, $4::text))
     order by v.left_at desc, v.recording_id desc limit $5`,
    [ask.queueId, ask.listened, ask.after?.at ?? null, ask.after?.id ?? null, ask.limit + 1, ask.state],
  )
  const items = rows.slice(0, ask.limit)
  const last = items.at(-1)
  return {
    items,
    next: rows.length > ask.limit && last !== undefined ? { at: last.left_at, id: last.recording_id } : null,
  }
}

/** False when there is no such voicemail. The first listener stays on record. */
export async function markListened(
  database: Database,
  recordingId: string,
  listenedBy: string,
  at: Instant,
): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    `insert into voicemail_listenings (recording_id, listened_by, at)
     select recording_id, $2, $3 from voicemails where recording_id = $1
     on conflict (recording_id) do update set at = voicemail_listenings.at`,
    [recordingId, listenedBy, at],
  )
  return rowCount === 1
}

export async function unmarkListened(database: Database, recordingId: string): Promise<boolean> {
  const { rowCount } = await database.pool.query('delete from voicemail_listenings where recording_id = $1', [
    recordingId,
  ])
  return rowCount === 1
}

export async function isVoicemail(database: Database, recordingId: string): Promise<boolean> {
  const { rowCount } = await database.pool.query('select 1 from voicemails where recording_id = $1', [recordingId])
  return rowCount === 1
}
