/** What is mine to do, ordered by how long people wait. Offers float on top. */
import { memo } from 'react'
import type { InteractionId } from '../../core/ids.ts'
import { clock } from '../languages/format.ts'
import { useText } from '../languages/language.ts'
import { channelIcon, Icon } from '../look/icons.tsx'
import { nameOn, type WorkItem } from '../live/desk-state.ts'
import { useDesk, useNow } from '../live/use-desk.ts'
import { MyTasks } from '../tasks/my-tasks.tsx'
import { useNameOf } from './names.ts'
import { OfferCard } from './offer-card.tsx'
import { MissedNotice } from './missed-notice.tsx'
import styles from './work-list.module.css'

type WorkListProps = Readonly<{
  chosen: InteractionId | null
  /** Always the same function: each row knows it. */
  onChoose(interactionId: InteractionId): void
  onOpenCustomer(customerId: string): void
}>

const sections = [
  { phase: 'engaged', label: 'work.live' },
  { phase: 'wrap-up', label: 'work.wrapUp' },
] as const

export function WorkList({ chosen, onChoose, onOpenCustomer }: WorkListProps) {
  const t = useText()
  const { work, doing, connection, state } = useDesk()
  const offers = work.filter(({ phase }) => phase === 'ringing')
  const nameOfQueue = useNameOf('queues')
  return (
    <div className={styles.list}>
      <MissedNotice />
      <div aria-live="assertive">
        {offers.map((item, i) => (
          <OfferCard
            key={item.interactionId}
            item={item}
            hasKeys={i === 0}
            onChoose={() => onChoose(item.interactionId)}
          />
        ))}
      </div>
      {sections.map(({ phase, label }) => {
        const items = work.filter(
          (item) => item.phase === phase && doing.get(item.interactionId)?.settled !== 'finishing',
        )
        if (items.length === 0 && phase !== 'engaged') return null
        return (
          <section key={phase} aria-label={t(label)}>
            <h2>
              {t(label)} <span>{items.length}</span>
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
  const state =
    item.phase === 'wrap-up' ? t('work.state.wrapUp') : isHeld ? t('work.state.held') : t(`channel.${item.channel}`)
  return (
    <button
      type="button"
      className={styles.row}
      aria-current={isChosen}
      onClick={() => onChoose(item.interactionId)}
      data-held={isHeld}
    >
      <Icon name={channelIcon(item.channel)} />
      <b>{nameOn(item.card) ?? t('customer.unknown')}</b>
      <RowTime item={item} />
      <small>
        {state}
        {queue !== null && ` · ${queue}`}
      </small>
    </button>
  )
})

/** How long it goes on; how long is left of a wrap-up. */
function RowTime({ item: { phase, since, wrapUpEndsAt } }: { item: WorkItem }) {
  const now = useNow()
  const leftMs = phase === 'wrap-up' && wrapUpEndsAt !== null ? wrapUpEndsAt - now : null
  return (
    <span className={leftMs !== null && leftMs < 10_000 ? styles.wait : styles.time}>
      {clock(leftMs ?? now - since)}
    </span>
  )
}
