/** Everything that goes on: who waits, who talks with whom, and who is with a flow. */
import { VisuallyHidden } from '@mantine/core'
import { clock } from '../languages/format.ts'
import { useText } from '../languages/language.ts'
import { channelIcon, Icon } from '../look/icons.tsx'
import { useNow } from '../live/use-desk.ts'
import type { FloorInteraction } from '../../insight/floor-view.ts'
import type { Chosen, Names } from './floor-page.tsx'
import { isWaiting } from './floor-state.ts'
import { stepRows } from './step-rows.ts'
import styles from './floor.module.css'

type InteractionTableProps = Readonly<{
  lines: readonly FloorInteraction[]
  names: Names
  chosen: Chosen | null
  onChoose(chosen: Chosen): void
}>

/** More than anybody reads: the filters find the rest. */
const mostLines = 200

export function InteractionTable({ lines, names, chosen, onChoose }: InteractionTableProps) {
  const t = useText()
  const now = useNow()
  const where = useWhere(names)
  return (
    <section aria-label={t('floor.interactions')} className={styles.section}>
      <h2>
        {t('floor.interactions')} <span>{lines.length}</span>
      </h2>
      {lines.length === 0 && <p className={styles.empty}>{t('floor.interactions.empty')}</p>}
      <ul onKeyDown={stepRows}>
        {lines.slice(0, mostLines).map((line) => (
          <li key={line.interactionId}>
            <button
              type="button"
              data-row
              className={styles.row}
              aria-pressed={chosen?.kind === 'interaction' && chosen.id === line.interactionId}
              onClick={() => onChoose({ kind: 'interaction', id: line.interactionId })}
            >
              <span>
                <Icon name={channelIcon(line.channel)} />
                <VisuallyHidden>{t(`channel.${line.channel}`)}</VisuallyHidden>
              </span>
              <b>{names.customerOf(line.interactionId)}</b>
              <span className={isWaiting(line) ? styles.wait : styles.time}>
                {clock(now - (isWaiting(line) ? (line.waitingSince ?? line.since) : line.since))}
              </span>
              <small>{where(line)}</small>
            </button>
          </li>
        ))}
      </ul>
      {lines.length > mostLines && (
        <p className={styles.empty}>{t('admin.matrix.more', { count: lines.length - mostLines })}</p>
      )}
    </section>
  )
}

/** Where an interaction stands, in words. */
export function useWhere({ nameOfAgent, nameOfQueue }: Names): (line: FloorInteraction) => string {
  const t = useText()
  return (line) => {
    const queue = line.queueId === null ? '' : ` · ${nameOfQueue(line.queueId)}`
    if (line.state === 'queued') return `${t('floor.waits')}${queue}`
    if (line.state === 'offered' && line.offeredTo !== null)
      return `${t('floor.ringsAt', { name: nameOfAgent(line.offeredTo) })}${queue}`
    if (line.state === 'engaged' && line.agentId !== null)
      return `${line.held ? t('floor.holdWith', { name: nameOfAgent(line.agentId) }) : t('floor.with', { name: nameOfAgent(line.agentId) })}${queue}`
    return line.nodeId === null ? t('floor.inFlow') : t('floor.atNode', { node: line.nodeId })
  }
}
