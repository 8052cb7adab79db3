/** How the day of each queue goes so far, from the spans in which people waited there. */
import type { QueueId } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'
import type { QueueToday } from './floor-view.ts'

type DayOptions = Readonly<{
  /** IANA: whose midnight begins the day. */
  timezone: string
  /** What counts as in time, for each queue. */
  targetsMs: ReadonlyMap<QueueId, number>
}>

/** Queues that nobody has left today are absent. */
export async function queuesToday(database: Database, { timezone, targetsMs }: DayOptions): Promise<QueueToday[]> {
  const { rows } = await database.pool.query<QueueToday>({
    name: 'queues-today',
    text: `select s.queue_id as "queueId",
        count(*) filter (where s.outcome = 'answered')::int as answered,
        count(*) filter (
          where s.outcome = 'answered' and s.to_at - s.from_at <= coalesce(t.ms::float8, 0))::int as "answeredInTime",
        count(*) filter (where left_waiting and i.outcome in ('abandoned', 'short-abandon'))::int as abandoned,
        count(*) filter (where left_waiting and i.outcome = 'short-abandon')::int as "shortAbandoned"
      from segments s
      join interactions i on i.id = s.interaction_id
      cross join lateral (select s.outcome like '%-ended' as left_waiting) ended
      left join jsonb_each_text($2::jsonb) t(queue_id, ms) on t.queue_id = s.queue_id
      where s.kind = 'queue'
        and s.to_at >= (extract(epoch from date_trunc('day', now() at time zone $1) at time zone $1) * 1000)::bigint
      group by s.queue_id
      order by s.queue_id`,
    values: [timezone, JSON.stringify(Object.fromEntries(targetsMs))],
  })
  return rows
}
