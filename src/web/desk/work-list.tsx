/** What is mine to do, ordered by how long people wait. Offers float on top. */
import { memo, type ReactNode } from 'react'
import type { InteractionId } from '../../core/ids.ts'
import { clock } from '../languages/format.ts'
import { useText, type MessageKey } from '../languages/language.ts'
import { channelIcon, Icon } from '../look/icons.tsx'
import { nameOn, type WorkItem } from '../live/desk-state.ts'
import { useDesk, useNow } from '../live/use-desk.ts'
import { MyTasks } from '../tasks/my-tasks.tsx'
import { useNameOf } from './names.ts'
import { MissedNotice } from './missed-notice.tsx'
import { groupedWork, waitsSince, workGroups } from './work-groups.ts'
import styles from './work-list.module.css'

type WorkListProps = Readonly<{
  /** Absent: they are elsewhere on the page. */
  offers?: ReactNode
  chosen: InteractionId | null
  /** Always the same function: each row knows it. */
  onChoose(interactionId: InteractionId): void
  onOpenCustomer(customerId: string): void
}>

export function WorkList({ offers, chosen, onChoose, onOpenCustomer }: WorkListProps) {
  const t = useText()
  const { work, doing, connection, state } = useDesk()
  const groups = groupedWork(work, doing)
  const nameOfQueue = useNameOf('queues')
  return (
    <div className={styles.list}>
      <MissedNotice />
      {offers}
      {workGroups.map((group) => {
        const items = groups[group]
        if (items.length === 0 && group !== 'live') return null
        return (
          <section key={group} aria-label={t(`work.${group}`)}>
            <h2>
              {t(`work.${group}`)} <span>{items.length}</span>
            </h2>
            {items.length === 0 && (
              <p className={styles.empty}>
                {connection === 'live' && state.agent?.presence === 'available'
                  ? t('work.empty.ready')
                  : t('work.empty')}
              </p>
            )}
            <ul>
              {items.map((item) => (
                <li key={item.interactionId}>
                  <WorkRow
                    item={item}
                    queue={item.queueId === null ? null : nameOfQueue(item.queueId)}
                    isHeld={doing.get(item.interactionId)?.held ?? item.held}
                    isChosen={item.interactionId === chosen}
                    onChoose={onChoose}
                  />
                </li>
              ))}
            </ul>
          </section>
        )
      })}
      <MyTasks onOpenCustomer={onOpenCustomer} />
    </div>
  )
}

type WorkRowProps = Readonly<{
  item: WorkItem
  queue: string | null
  isHeld: boolean
  isChosen: boolean
  onChoose(interactionId: InteractionId): void
}>

/** Drawn again only when something of it has changed: there may be thirty. */
const WorkRow = memo(function WorkRow({ item, queue, isHeld, isChosen, onChoose }: WorkRowProps) {
  const t = useText()
  const state = stateOf(item, isHeld)
  return (
    <button
      type="button"
      className={styles.row}
      aria-current={isChosen}
      onClick={() => onChoose(item.interactionId)}
      data-held={isHeld || item.paused}
    >
      <Icon name={channelIcon(item.channel)} />
      <b>{nameOn(item.card) ?? t('customer.unknown')}</b>
      <RowTime item={item} />
      <small>
        {t(state)}
        {queue !== null && ` · ${queue}`}
      </small>
    </button>
  )
})

function stateOf({ phase, paused, channel }: WorkItem, isHeld: boolean): MessageKey {
  if (phase === 'wrap-up') return 'work.state.wrapUp'
  if (paused) return 'work.state.paused'
  return isHeld ? 'work.state.held' : `channel.${channel}`
}

/** How long somebody waits for a word, or a call goes on; how long is left of a wrap-up. */
function RowTime({ item }: { item: WorkItem }) {
  const { phase, wrapUpEndsAt } = item
  const now = useNow()
  const leftMs = phase === 'wrap-up' && wrapUpEndsAt !== null ? wrapUpEndsAt - now : null
  return (
    <span className={leftMs !== null && leftMs < 10_000 ? styles.wait : styles.time}>
      {clock(leftMs ?? now - waitsSince(item))}
    </span>
  )
}
