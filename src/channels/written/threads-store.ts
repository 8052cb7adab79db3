/** The messages of threads, where facts and details left them. */
import type { AttachedFile } from '../../core/details.ts'
import type { Outcome } from '../../core/facts.ts'
import type { InteractionId } from '../../core/ids.ts'
import type { PastContact } from '../../core/written/course.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Thread, ThreadMessage } from '../port.ts'

type Row = {
  seq: number
  interaction_id: string
  at: number
  kind: 'message-received' | 'message-sent'
  by: 'agent' | 'flow' | 'system' | null
  agent_id: string | null
  message_id: string
  text: string | null
  files: AttachedFile[] | null
  buttons: { key: string; label: string }[] | null
}

const columns = `f.seq, f.interaction_id, f.at, f.kind, f.body->>'by' as by, f.agent_id, f.body->>'messageId' as message_id,
  d.body->>'text' as text, d.body->'files' as files, d.body->'buttons' as buttons`
const source = `facts f left join lateral (
    select body from details where interaction_id = f.interaction_id and kind = 'message'
      and body->>'messageId' = f.body->>'messageId' and seq = f.seq limit 1) d on true`
const isMessage = `f.kind in ('message-received', 'message-sent')`

const contactsOfThread = `select interaction_id from details
  where kind = 'contact' and body->>'dialled' = $1 and body->>'identity' = $2 order by seq desc limit 200`

/** Oldest first: those after that number, else the newest. */
export async function messagesOfThread(
  database: Database,
  { entryPointId, identity }: Thread,
  { after, limit }: Readonly<{ after: number | null; limit: number }>,
): Promise<ThreadMessage[]> {
  const { rows } = await database.pool.query<Row>({
    name: after === null ? 'newest-of-thread' : 'thread-after',
    text: `select ${columns} from ${source} where f.interaction_id in (${contactsOfThread}) and ${isMessage}
      and f.seq > $3 order by f.seq ${after === null ? 'desc' : 'asc'} limit $4`,
    values: [entryPointId, identity, after ?? 0, limit],
  })
  const messages = rows.map(toMessage)
  return after === null ? messages.reverse() : messages
}

/** Oldest first. `before` null: the newest. */
export async function messagesOfInteraction(
  database: Database,
  interactionId: InteractionId,
  { before, limit }: Readonly<{ before: number | null; limit: number }>,
): Promise<ThreadMessage[]> {
  const { rows } = await database.pool.query<Row>({
    name: 'messages-of-interaction',
    text: `select ${columns} from ${source} where f.interaction_id = $1 and ${isMessage}
      and f.seq < $2 order by f.seq desc limit $3`,
    values: [interactionId, before ?? Number.MAX_SAFE_INTEGER, limit],
  })
  return rows.map(toMessage).reverse()
}

export async function messageById(database: Database, messageId: string): Promise<ThreadMessage | null> {
  const { rows } = await database.pool.query<Row>({
    name: 'message-by-id',
    text: `select ${columns} from details m
      join facts f on f.seq = m.seq
      left join lateral (select m.body) d on true
      where m.kind = 'message' and m.body->>'messageId' = $1 limit 1`,
    values: [messageId],
  })
  return rows[0] === undefined ? null : toMessage(rows[0])
}

/**
 * What agents have written since the customer last wrote or read, of which no letter has told yet; oldest first, and nothing
 * unless that message is among it. The letter of that id tells of it.
 */
export async function unseenAnswers(
  database: Database,
  interactionId: InteractionId,
  messageId: string,
  letterId: string,
): Promise<ThreadMessage[]> {
  const { rows } = await database.pool.query<Row>(
    `select ${columns} from ${source}
     where f.interaction_id = $1 and f.kind = 'message-sent' and f.body->>'by' = 'agent'
       and f.seq > greatest(
         (select max(seq) from facts where interaction_id = $1 and kind = 'message-received'),
         (select max(m.seq) from facts r join facts m on m.interaction_id = $1 and m.kind = 'message-sent'
            and m.body->>'messageId' = r.body->>'messageId'
          where r.interaction_id = $1 and r.kind = 'messages-read' and r.body->>'by' = 'customer'),
         (select max(told_seq) from outbox where interaction_id = $1 and about = 'reply' and state = 'sent'), 0)
     order by f.seq limit 100`,
    [interactionId],
  )
  const messages = rows.map(toMessage)
  if (!messages.some(({ id }) => id === messageId)) return []
  await database.pool.query('update outbox set told_seq = $2 where message_id = $1', [letterId, messages.at(-1)?.n])
  return messages
}

export type Marks = Readonly<{
  /** Up to where each has read, by number; null: nothing. */
  read: Readonly<{ customer: number | null; agent: number | null }>
  /** Of those that left through a provider. */
  settled: Readonly<Record<string, Readonly<{ outcome: string; cause: string | null }>>>
}>

export async function marksOf(database: Database, interactionId: InteractionId): Promise<Marks> {
  const { rows } = await database.pool.query<{
    kind: string
    by: string | null
    message_id: string
    outcome: string | null
    cause: string | null
    n: number | null
  }>(
    `select f.kind, f.body->>'by' as by, f.body->>'messageId' as message_id, f.body->>'outcome' as outcome,
       f.body->>'cause' as cause, (select max(seq) from facts m where m.interaction_id = $1
         and m.kind in ('message-received', 'message-sent') and m.body->>'messageId' = f.body->>'messageId') as n
     from facts f where f.interaction_id = $1 and f.kind in ('messages-read', 'message-settled') order by f.seq`,
    [interactionId],
  )
  const read: { customer: number | null; agent: number | null } = { customer: null, agent: null }
  const settled: Record<string, { outcome: string; cause: string | null }> = {}
  for (const { kind, by, message_id: id, outcome, cause, n } of rows) {
    if (kind === 'message-settled' && outcome !== null) settled[id] = { outcome, cause }
    else if (by === 'customer' || by === 'agent') read[by] = Math.max(read[by] ?? 0, n ?? 0)
  }
  return { read, settled }
}

/** The last contact of the thread, when it is over. */
export async function lastContactOf(
  database: Database,
  { channel, entryPointId, identity }: Thread,
): Promise<PastContact | null> {
  const { rows } = await database.pool.query<{
    ended_at: number | null
    outcome: Outcome | null
    queue_id: string | null
    agent_id: string | null
  }>({
    name: 'last-contact',
    text: `select e.at as ended_at, e.body->>'outcome' as outcome,
        (select o.body->>'queueId' from facts o where o.interaction_id = c.interaction_id and o.kind = 'offer-made'
           order by o.seq desc limit 1) as queue_id,
        (select o.agent_id from facts o where o.interaction_id = c.interaction_id and o.kind = 'offer-accepted'
           order by o.seq desc limit 1) as agent_id
      from (select d.interaction_id from details d join facts a
              on a.interaction_id = d.interaction_id and a.kind = 'interaction-arrived' and a.body->>'channel' = $3
            where d.kind = 'contact' and d.body->>'dialled' = $1 and d.body->>'identity' = $2
            order by d.seq desc limit 1) c
      left join facts e on e.interaction_id = c.interaction_id and e.kind = 'interaction-ended'
      order by e.seq desc limit 1`,
    values: [entryPointId, identity, channel],
  })
  const row = rows[0]
  if (row?.ended_at == null) return null
  return { endedAt: row.ended_at, outcome: row.outcome, queueId: row.queue_id, agentId: row.agent_id }
}

function toMessage(row: Row): ThreadMessage {
  return {
    n: row.seq,
    id: row.message_id,
    interactionId: row.interaction_id,
    at: row.at,
    from: row.kind === 'message-received' ? 'customer' : (row.by ?? 'system'),
    agentId: row.agent_id,
    text: row.text ?? '',
    files: row.files ?? [],
    buttons: row.buttons ?? [],
  }
}
