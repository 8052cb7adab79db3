/** A message as work: taken by one person at a time, and finished once. */
import type { VoicemailOutcome } from '../core/facts.ts'
import type { InteractionId, Instant, QueueId } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'

export type VoicemailWork = Readonly<{
  recordingId: string
  interactionId: InteractionId
  queueId: QueueId
  leftAt: Instant
  takenBy: string | null
  finishedAt: Instant | null
}>

export async function readVoicemailWork(database: Database, recordingId: string): Promise<VoicemailWork | null> {
  const { rows } = await database.pool.query<VoicemailWork>(
    `select v.recording_id as "recordingId", v.interaction_id as "interactionId", v.queue_id as "queueId",
       v.left_at as "leftAt", w.taken_by as "takenBy", w.finished_at as "finishedAt"
     from voicemails v left join voicemail_work w on w.recording_id = v.recording_id where v.recording_id = $1`,
    [recordingId],
  )
  return rows[0] ?? null
}

/** False: somebody else has it, or it is finished. Who has it already keeps it. */
export async function takeVoicemail(
  database: Database,
  recordingId: string,
  by: string,
  at: Instant,
): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    `insert into voicemail_work (recording_id, taken_by, taken_at) values ($1, $2, $3)
     on conflict (recording_id) do update set taken_by = $2, taken_at = coalesce(voicemail_work.taken_at, $3)
       where voicemail_work.finished_at is null and coalesce(voicemail_work.taken_by, $2) = $2`,
    [recordingId, by, at],
  )
  return rowCount === 1
}

/** Whoever has it; false: nobody has, or it is finished. */
export async function releaseVoicemail(database: Database, recordingId: string): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    `update voicemail_work set taken_by = null, taken_at = null
     where recording_id = $1 and taken_by is not null and finished_at is null`,
    [recordingId],
  )
  return rowCount === 1
}

/** False: that person doesn't have it, or it is finished. */
export async function finishVoicemail(
  database: Database,
  done: { recordingId: string; by: string; at: Instant; outcome: VoicemailOutcome; callbackId: string | null },
): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    `update voicemail_work set finished_by = $2, finished_at = $3, outcome = $4, callback_id = $5
     where recording_id = $1 and taken_by = $2 and finished_at is null`,
    [done.recordingId, done.by, done.at, done.outcome, done.callbackId],
  )
  return rowCount === 1
}
