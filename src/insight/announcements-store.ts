/** How well the announced waits of a time came true, queue by queue. */
import type { Instant, QueueId } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'

export type Calibration = Readonly<{
  queueId: QueueId
  /** Of the announcements below; the lowest, should it have changed. */
  quantile: number
  announced: number
  kept: number
  broken: number
  unknown: number
  /** Kept ÷ (kept + broken); null: none is known. */
  keptShare: number | null
  /** The same of the estimate before it was rounded up for saying. */
  estimateKeptShare: number | null
  /** Waited − announced, of those answered or left late: negative means sooner than was said. */
  medianErrorMs: number | null
  /** The middle 80 % of these errors. */
  errorP10Ms: number | null
  errorP90Ms: number | null
}>

/** Of announcements from `from` until before `to`. */
export async function calibrations(
  database: Database,
  { from, to, queueId }: { from: Instant; to: Instant; queueId: QueueId | null },
): Promise<Calibration[]> {
  const { rows } = await database.pool.query<Calibration>(
    `select queue_id as "queueId", min(quantile)::float8 as quantile, count(*)::int as announced,
       count(*) filter (where verdict = 'kept')::int as kept,
       count(*) filter (where verdict = 'broken')::int as broken,
       count(*) filter (where verdict = 'unknown')::int as unknown,
       avg((verdict = 'kept')::int) filter (where verdict in ('kept', 'broken'))::float8 as "keptShare",
       avg((waited_ms <= estimate_ms)::int) filter (where verdict in ('kept', 'broken'))::float8 as "estimateKeptShare",
       percentile_cont(0.5) within group (order by waited_ms - announced_ms)
         filter (where verdict in ('kept', 'broken')) as "medianErrorMs",
       percentile_cont(0.1) within group (order by waited_ms - announced_ms)
         filter (where verdict in ('kept', 'broken')) as "errorP10Ms",
       percentile_cont(0.9) within group (order by waited_ms - announced_ms)
         filter (where verdict in ('kept', 'broken')) as "errorP90Ms"
     from wait_announcements
     where at >= $1 and at < $2 and announced_ms is not null and ($3::text is null or queue_id = $3)
     group by queue_id order by queue_id`,
    [from, to, queueId],
  )
  return rows
}
