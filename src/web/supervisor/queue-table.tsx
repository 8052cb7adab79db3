/** Each queue: who waits and how long, how the day goes, and who is there to help. */
import type { Queue } from '../../directory/queue.ts'
import { serviceLevel } from '../../core/measures/service-level.ts'
import { clock } from '../languages/format.ts'
import { useLocale, useText } from '../languages/language.ts'
import { useNow } from '../live/use-desk.ts'
import type { QueueRow } from './floor-state.ts'
import styles from './floor.module.css'

type QueueTableProps = Readonly<{ rows: readonly QueueRow[]; queues: readonly Queue[]; nameOf(id: string): string }>

export function QueueTable({ rows, queues, nameOf }: QueueTableProps) {
  const t = useText()
  const now = useNow()
  return (
    <section aria-label={t('admin.queues')} className={styles.section}>
      <h2>
        {t('admin.queues')} <span>{rows.length}</span>
      </h2>
      {rows.length === 0 && <p className={styles.empty}>{t('floor.queues.empty')}</p>}
      <div className={styles.scroll}>
        <table className={styles.queues}>
          <thead>
            <tr>
              <th scope="col">{t('admin.queue')}</th>
              <th scope="col">{t('floor.waiting')}</th>
              <th scope="col">{t('floor.longest')}</th>
              <th scope="col">{t('floor.serviceLevel')}</th>
              <th scope="col">{t('floor.answered')}</th>
              <th scope="col">{t('floor.abandoned')}</th>
              <th scope="col">{t('floor.available')}</th>
              <th scope="col">{t('floor.busy')}</th>
              <th scope="col">{t('floor.away')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.queueId}>
                <th scope="row">{nameOf(row.queueId)}</th>
                <td data-tone={row.waiting > 0 ? 'wait' : undefined}>{row.waiting}</td>
                <Longest
                  waitedMs={row.longestWaitingSince === null ? null : now - row.longestWaitingSince}
                  targetMs={queues.find(({ id }) => id === row.queueId)?.serviceLevelMs ?? Infinity}
                />
                <Level row={row} />
                <td>{row.today?.answered ?? 0}</td>
                <td>{(row.today?.abandoned ?? 0) - (row.today?.shortAbandoned ?? 0)}</td>
                <td data-tone={row.available > 0 ? 'signal' : row.waiting > 0 ? 'late' : undefined}>{row.available}</td>
                <td>{row.busy}</td>
                <td>{row.away}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Longest({ waitedMs, targetMs }: { waitedMs: number | null; targetMs: number }) {
  if (waitedMs === null) return <td>–</td>
  return <td data-tone={waitedMs > targetMs ? 'late' : 'wait'}>{clock(waitedMs)}</td>
}

/** Below this share the day goes badly. */
const poorLevel = 0.8

function Level({ row: { today } }: { row: QueueRow }) {
  const locale = useLocale()
  const level = today === null ? null : serviceLevel(today)
  if (level === null) return <td>–</td>
  const shown = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(level)
  return <td data-tone={level < poorLevel ? 'late' : undefined}>{shown}</td>
}
