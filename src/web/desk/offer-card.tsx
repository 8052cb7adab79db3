/** Somebody waits for me: who, why, how long I have, and two buttons. */
import { clock } from '../languages/format.ts'
import { useText, type MessageKey } from '../languages/language.ts'
import { useColleagueName } from '../handing-on/destinations.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { nameOn, type WorkItem } from '../live/desk-state.ts'
import { useDesk, useNow } from '../live/use-desk.ts'
import { usePhone } from '../softphone/use-softphone.ts'
import { usePhoneSettings } from '../softphone/settings.ts'
import { useNameOf } from './names.ts'
import { useOfferAnswer } from './offer-answer.ts'
import styles from './offer-card.module.css'

type OfferCardProps = Readonly<{ item: WorkItem; hasKeys: boolean; onChoose(): void }>

/** What a colleague wants of me; my own wishes need no words. */
const askingWords: Partial<Record<NonNullable<WorkItem['invitation']>['purpose'], MessageKey>> = {
  consult: 'offer.asks.consult',
  conference: 'offer.asks.conference',
  transfer: 'offer.asks.transfer',
}

export function OfferCard({ item, hasKeys, onChoose }: OfferCardProps) {
  const t = useText()
  const now = useNow()
  const nameOfQueue = useNameOf('queues')
  const { doing } = useDesk()
  const { device } = usePhoneSettings()
  const phone = usePhone()
  const { accept, decline } = useOfferAnswer()
  const asker = useColleagueName()
  const settled = doing.get(item.interactionId)?.settled
  const { invitation } = item
  const expiresAt = invitation?.expiresAt ?? item.offerExpiresAt
  const leftMs = (expiresAt ?? now) - now
  const wholeMs = Math.max(1, (expiresAt ?? item.since) - item.since)
  const note = item.card?.note ?? null
  const asks = invitation === null ? undefined : askingWords[invitation.purpose]
  const atDeskPhone = item.channel === 'voice' && device === 'phone'
  const told = item.card?.told ?? []
  if (settled === 'declining') return null
  return (
    <article
      className={styles.offer}
      aria-label={t('offer.label', { name: nameOn(item.card) ?? t('customer.unknown') })}
    >
      <header>
        <b>{nameOn(item.card) ?? t('customer.unknown')}</b>
        <span className={styles.pill}>
          {t(`channel.${item.channel}`)}
          {item.queueId !== null && ` · ${nameOfQueue(item.queueId)}`}
        </span>
      </header>
      {invitation !== null && asks !== undefined && (
        <p className={styles.asks}>{t(asks, { name: asker(invitation.by) ?? t('offer.someone') })}</p>
      )}
      {note !== null && (
        <p className={styles.note}>
          {asker(note.author) !== null && <b>{asker(note.author)}: </b>}
          {note.text}
        </p>
      )}
      <p>
        {told.length > 0 &&
          `${t(item.channel === 'voice' ? 'offer.pressed' : 'offer.told', { told: told.join(', ') })} `}
        {item.waitingSince !== null &&
          invitation === null &&
          t('offer.waited', { time: clock(now - item.waitingSince) })}{' '}
        {expiresAt !== null && <b role="timer">{t('offer.left', { count: Math.max(0, Math.ceil(leftMs / 1_000)) })}</b>}
      </p>
      {expiresAt !== null && (
        <div className={styles.bar} aria-hidden="true">
          <i style={{ width: `${Math.max(0, Math.min(100, (leftMs / wholeMs) * 100))}%` }} />
        </div>
      )}
      <div className={styles.row}>
        {atDeskPhone ? (
          <span className={styles.hint}>{t('offer.pickUp')}</span>
        ) : (
          <ActionButton
            tone="main"
            label={t('offer.answer')}
            shortcut={hasKeys ? 'a' : undefined}
            loading={settled === 'accepting' || phone.call?.state === 'connecting'}
            onAct={() => {
              accept(item)
              onChoose()
            }}
          />
        )}
        <ActionButton label={t('offer.decline')} shortcut={hasKeys ? 'd' : undefined} onAct={() => decline(item)} />
      </div>
    </article>
  )
}
