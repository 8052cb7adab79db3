/** At another desk one stays an agent: the telephone works on, and offers float above whatever is done there. */
import { useLocation } from 'wouter'
import type { InteractionId } from '../../core/ids.ts'
import { useDesk } from '../live/use-desk.ts'
import { useAlarm } from './alarm.ts'
import { Elsewhere } from './elsewhere.tsx'
import { OfferCard } from './offer-card.tsx'
import { useTelephone } from './telephone.ts'
import styles from './away-from-desk.module.css'

/** `listeningTo`: a call that rings because I asked to hear it is no offer. */
export function AwayFromDesk({ listeningTo = null }: { listeningTo?: InteractionId | null }) {
  const { work, doing, connection } = useDesk()
  const [, go] = useLocation()
  useTelephone(work)
  const offers = work.filter(
    ({ phase, interactionId }) => phase === 'ringing' && interactionId !== listeningTo && !doing.has(interactionId),
  )
  useAlarm(offers)
  if (connection === 'taken-over') {
    return (
      <div className={styles.offers}>
        <Elsewhere isBeside />
      </div>
    )
  }
  if (offers.length === 0) return null
  return (
    <div className={styles.offers} aria-live="assertive">
      {offers.map((item, i) => (
        <OfferCard key={item.interactionId} item={item} hasKeys={i === 0} onChoose={() => go('/desk')} />
      ))}
    </div>
  )
}
