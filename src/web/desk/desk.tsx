/** The three columns; on a telephone one at a time, the conversation first. */
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import type { CustomerId, InteractionId } from '../../core/ids.ts'
import { CustomerPanel } from '../customer/customer-panel.tsx'
import { useKey } from '../keys/keys.ts'
import { useText } from '../languages/language.ts'
import { Icon, type IconName } from '../look/icons.tsx'
import { useNarrow } from '../look/narrow.ts'
import type { WorkItem } from '../live/desk-state.ts'
import { useDesk } from '../live/use-desk.ts'
import type { Me } from '../server/session.ts'
import { FollowUpDialog } from '../tasks/follow-up.tsx'
import { useDueTasks } from '../tasks/tasks.ts'
import { useAlarm } from './alarm.ts'
import { ChatLinkDialog } from './chat-link.tsx'
import { Elsewhere } from './elsewhere.tsx'
import { Conversation } from './conversation.tsx'
import { Offers } from './offers.tsx'
import { useTelephone } from './telephone.ts'
import { groupedWork, workGroups } from './work-groups.ts'
import { WorkList } from './work-list.tsx'
import styles from './desk.module.css'
import conversationStyles from './conversation.module.css'

const NextCustomer = lazy(() => import('../preview/next-customer.tsx'))

type FollowUp = Readonly<{ interactionId: InteractionId; name: string; isOpen: boolean }>
type ChatLink = Readonly<{ item: WorkItem; isOpen: boolean }>
type Column = 'work' | 'conversation' | 'customer'
const columns: readonly Readonly<{ column: Column; icon: IconName }>[] = [
  { column: 'work', icon: 'work' },
  { column: 'conversation', icon: 'chat' },
  { column: 'customer', icon: 'person' },
]

type DeskProps = Readonly<{
  me: Me
  chosen: InteractionId | null
  onChoose(interactionId: InteractionId): void
  /** Shown instead of the customer of the conversation. */
  lookedUp: CustomerId | null
  onLookUp(customerId: CustomerId | null): void
}>

export function Desk({ me, chosen, onChoose, lookedUp, onLookUp }: DeskProps) {
  const t = useText()
  const { work, doing, connection } = useDesk()
  const [column, setColumn] = useState<Column>('conversation')
  const isNarrow = useNarrow()
  /** What is being written outlives the conversation that it came out of. */
  const [followUp, setFollowUp] = useState<FollowUp | null>(null)
  const [chatLink, setChatLink] = useState<ChatLink | null>(null)
  const groups = groupedWork(work, doing)
  const mine = workGroups.flatMap((group) => groups[group])
  const offers = work.filter(({ phase, interactionId }) => phase === 'ringing' && !doing.has(interactionId))
  useAlarm(offers)
  useDueTasks()
  const isReturning = useTelephone(work)
  const shown = mine.find(({ interactionId }) => interactionId === chosen) ?? mine[0] ?? null
  const shownId = shown?.interactionId ?? null
  // What is open stays open when the list changes its order: nobody goes on writing to somebody else.
  const knowsChosen = work.some(({ interactionId }) => interactionId === chosen)
  useEffect(() => {
    if (shownId !== null && !knowsChosen) onChoose(shownId)
  }, [shownId, knowsChosen, onChoose])
  // Whoever is about to be answered is worth reading about already.
  const about = shown ?? work.find(({ phase }) => phase === 'ringing') ?? null
  const move = (by: 1 | -1): void => {
    const at = mine.findIndex(({ interactionId }) => interactionId === shownId)
    const next = mine[(at + by + mine.length) % mine.length]
    if (next !== undefined) onChoose(next.interactionId)
  }
  const choose = useCallback(
    (interactionId: InteractionId) => {
      onChoose(interactionId)
      setColumn('conversation')
    },
    [onChoose],
  )
  useKey('alt+ArrowDown', () => move(1))
  useKey('alt+ArrowUp', () => move(-1))
  useEffect(() => {
    if (shownId !== null) setColumn('conversation')
    // Whoever is talked to now matters more than who was looked up before.
    onLookUp(null)
  }, [shownId, onLookUp])
  useEffect(() => {
    if (lookedUp !== null) setColumn('customer')
  }, [lookedUp])
  const isRead = shown !== null && column === 'conversation'
  // On a telephone they come to where its agent is: nothing is taken from whoever reads or writes.
  const offersAt = !isNarrow || column === 'work' ? 'work' : isRead ? 'conversation' : 'below'
  if (connection === 'taken-over') return <Elsewhere />
  return (
    <div className={styles.desk} data-column={column}>
      <aside className={styles.work} aria-label={t('desk.work')}>
        <WorkList
          offers={offersAt === 'work' && <Offers onChoose={choose} />}
          chosen={shownId}
          onChoose={choose}
          onOpenCustomer={onLookUp}
        />
        <Suspense fallback={null}>
          <NextCustomer onOpenCustomer={onLookUp} />
        </Suspense>
      </aside>
      <div className={styles.conversation}>
        {isReturning && (
          <p className={styles.returning} role="status">
            {t('call.rejoining')}
          </p>
        )}
        {shown === null ? (
          <Nothing />
        ) : (
          <Conversation
            key={shown.interactionId}
            item={shown}
            me={me.id}
            offers={offersAt === 'conversation' && <Offers isBeside onChoose={choose} />}
            onFollowUp={(name) => setFollowUp({ interactionId: shown.interactionId, name, isOpen: true })}
            onChatLink={() => setChatLink({ item: shown, isOpen: true })}
          />
        )}
      </div>
      <aside className={styles.customer} aria-label={t('desk.customer')}>
        {lookedUp !== null ? (
          <>
            <p className={styles.lookedUp}>
              {t('lookUp.label')}
              <button type="button" onClick={() => onLookUp(null)}>
                {t('lookUp.close')}
              </button>
            </p>
            <CustomerPanel key={lookedUp} card={null} interactionId={null} fallbackId={lookedUp} />
          </>
        ) : about === null ? (
          <p className={styles.empty}>{t('customer.empty')}</p>
        ) : (
          <CustomerPanel
            key={about.interactionId}
            card={about.card}
            interactionId={about.interactionId}
            fallbackId={about.customerId}
          />
        )}
      </aside>
      {followUp !== null && (
        <FollowUpDialog
          key={followUp.interactionId}
          {...followUp}
          onClose={() => setFollowUp({ ...followUp, isOpen: false })}
        />
      )}
      {chatLink !== null && (
        <ChatLinkDialog
          key={chatLink.item.interactionId}
          {...chatLink}
          isOver={!talks(work, chatLink.item)}
          onClose={() => setChatLink({ ...chatLink, isOpen: false })}
        />
      )}
      {offersAt === 'below' && <Offers isBeside onChoose={choose} />}
      <nav className={styles.tabs} aria-label={t('desk.columns')}>
        {columns.map(({ column: each, icon }) => (
          <button key={each} type="button" aria-pressed={column === each} onClick={() => setColumn(each)}>
            <Icon name={icon} />
            {t(`desk.${each}`)}
            {each === 'work' && work.length > 0 && <span>{work.length}</span>}
          </button>
        ))}
      </nav>
    </div>
  )
}

const talks = (work: readonly WorkItem[], { interactionId }: WorkItem): boolean =>
  work.some((item) => item.interactionId === interactionId && item.phase === 'engaged')

function Nothing() {
  const t = useText()
  const { state } = useDesk()
  const isAvailable = state.agent?.presence === 'available'
  return (
    <div className={conversationStyles.nothing}>
      <h1>{isAvailable ? t('desk.nothing.ready') : t('desk.nothing')}</h1>
      <p>{isAvailable ? t('desk.nothing.readyText') : t('desk.nothing.text')}</p>
    </div>
  )
}
