/** Whoever waits for my answer; the first of them has the keys. */
import type { InteractionId } from '../../core/ids.ts'
import { useDesk } from '../live/use-desk.ts'
import { OfferCard } from './offer-card.tsx'
import styles from './offers.module.css'

type OffersProps = Readonly<{
  /** Within what is read or written just now: a tap leaves the keyboard to whoever writes. */
  isBeside?: boolean
  onChoose(interactionId: InteractionId): void
}>

export function Offers({ isBeside = false, onChoose }: OffersProps) {
  const { work } = useDesk()
  const offers = work.filter(({ phase }) => phase === 'ringing')
  return (
    <div
      className={isBeside ? styles.beside : undefined}
      aria-live="assertive"
      onMouseDown={isBeside ? (event) => event.preventDefault() : undefined}
    >
      {offers.map((item, i) => (
        <OfferCard
          key={item.interactionId}
          item={item}
          hasKeys={i === 0}
          onChoose={() => onChoose(item.interactionId)}
        />
      ))}
    </div>
  )
}
