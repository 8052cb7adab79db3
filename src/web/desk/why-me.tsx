/** Why this came to me, in one line: what was asked, what I have, who was next. */
import type { InteractionId } from '../../core/ids.ts'
import { useExplanation, type Explanation } from '../customer/story.ts'
import { clock } from '../languages/format.ts'
import { useText, type Text } from '../languages/language.ts'
import { useNameOf } from './names.ts'
import styles from './conversation.module.css'

export function WhyMe({ interactionId, me }: { interactionId: InteractionId; me: string }) {
  const t = useText()
  const nameOfSkill = useNameOf('skills')
  const { data } = useExplanation(interactionId)
  const offer = data?.offers.findLast(({ agent, outcome }) => agent.id === me && outcome === 'accepted')
  if (offer === undefined) return null
  return <p className={styles.why}>{whyText(offer, t, nameOfSkill)}</p>
}

type Offer = Explanation['offers'][number]

function whyText(offer: Offer, t: Text, nameOfSkill: (id: string) => string): string {
  const skills = (of: Offer['chosen']): string =>
    Object.entries(of.skills)
      .map(([skill, level]) => `${nameOfSkill(skill)} ${level}`)
      .join(', ')
  const [next] = offer.runnersUp
  const asked = skills(offer.chosen)
  return [
    asked === ''
      ? t('why.plain', { rule: t(`why.${offer.rule}`) })
      : t('why.skills', { skills: asked, rule: t(`why.${offer.rule}`) }),
    t('why.waited', { time: clock(offer.waitedMs) }),
    next !== undefined &&
      (skills(next) === ''
        ? t('why.next', { name: next.agent.name ?? '' })
        : t('why.nextSkills', { name: next.agent.name ?? '', skills: skills(next) })),
  ]
    .filter((part) => part !== false)
    .join(' ')
}
