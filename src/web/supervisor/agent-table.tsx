/** Everybody who is there: what they do now, and since when. Who is offline stands at the end. */
import { clock } from '../languages/format.ts'
import { useText } from '../languages/language.ts'
import { useNow } from '../live/use-desk.ts'
import { useReasonWords } from '../desk/reasons.ts'
import type { Chosen, Names } from './floor-page.tsx'
import type { AgentRow } from './floor-state.ts'
import { stepRows } from './step-rows.ts'
import styles from './floor.module.css'

type AgentTableProps = Readonly<{
  rows: readonly AgentRow[]
  names: Names
  chosen: Chosen | null
  onChoose(chosen: Chosen): void
}>

export function AgentTable({ rows, names, chosen, onChoose }: AgentTableProps) {
  const t = useText()
  const now = useNow()
  const reasonWords = useReasonWords()
  return (
    <section aria-label={t('admin.agents')} className={styles.section}>
      <h2>
        {t('admin.agents')} <span>{rows.filter(({ state }) => state !== 'offline').length}</span>
      </h2>
      {rows.length === 0 && <p className={styles.empty}>{t('floor.agents.empty')}</p>}
      <ul onKeyDown={stepRows}>
        {rows.map((row) => {
          const { agentId, reason } = row.line
          const isChosen = chosen?.kind === 'agent' && chosen.id === agentId
          const [first, ...more] = row.work
          const doing =
            row.state === 'not-ready' && reason !== null ? reasonWords(reason) : t(`floor.state.${row.state}`)
          return (
            <li key={agentId}>
              <button
                type="button"
                data-row
                className={styles.row}
                aria-pressed={isChosen}
                onClick={() => onChoose({ kind: 'agent', id: agentId })}
              >
                <i className={styles.dot} data-state={row.state} aria-hidden="true" />
                <b>{names.nameOfAgent(agentId)}</b>
                <span className={styles.time}>{row.state === 'offline' ? '' : clock(now - row.since)}</span>
                <small>
                  {doing}
                  {first !== undefined && ` · ${names.customerOf(first.interactionId)}`}
                  {more.length > 0 && ` ${t('floor.more', { count: more.length })}`}
                  {row.lacksPhone && <em>{t('floor.noPhone')}</em>}
                </small>
              </button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
