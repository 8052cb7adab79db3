/** Somebody waits for me: who, why, how long I have, and two buttons. */
import { clock } from '../languages/format.ts'
import { useText } from '../languages/language.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { nameOn, type WorkItem } from '../live/desk-state.ts'
import { useDesk, useNow } from '../live/use-desk.ts'
import { usePhone } from '../softphone/use-softphone.ts'
import { usePhoneSettings } from '../softphone/settings.ts'
import { useNameOf } from './names.ts'
import { useOfferAnswer } from './offer-answer.ts'
import styles from './offer-card.module.css'

type OfferCardProps = Readonly<{ item: WorkItem; hasKeys: boolean; onChoose(): void }>

export function OfferCard({ item, hasKeys, onChoose }: OfferCardProps) {
  const t = useText()
  const now = useNow()
  const nameOfQueue = useNameOf('queues')
  const { doing } = useDesk()
  const { device } = usePhoneSettings()
  const phone = usePhone()
  const { accept, decline } = useOfferAnswer()
  const settled = doing.get(item.interactionId)?.settled
  const leftMs = (item.offerExpiresAt ?? now) - now
  const wholeMs = Math.max(1, (item.offerExpiresAt ?? item.since) - item.since)
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
      <p>
        {told.length > 0 &&
          `${t(item.channel === 'voice' ? 'offer.pressed' : 'offer.told', { told: told.join(', ') })} `}
        {item.waitingSince !== null && t('offer.waited', { time: clock(now - item.waitingSince) })}{' '}
        {item.offerExpiresAt !== null && (
          <b role="timer">{t('offer.left', { count: Math.max(0, Math.ceil(leftMs / 1_000)) })}</b>
        )}
      </p>
      {item.offerExpiresAt !== null && (
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
