/** While somebody is asked: change between the two, leave the customer to them, bring all together, or go back. */
import type { InteractionId } from '../../core/ids.ts'
import { useDeed } from '../desk/actions.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { useText } from '../languages/language.ts'
import { consultedOf, useParticipants, type Participant } from './participants.ts'
import styles from '../desk/call-bar.module.css'

type ConsultBarProps = Readonly<{ interactionId: InteractionId; customer: string; me: string }>

export function ConsultBar({ interactionId, customer, me }: ConsultBarProps) {
  const t = useText()
  const deed = useDeed()
  const participants = useParticipants(interactionId)
  const consulted = consultedOf(participants)
  const others = participants.filter(({ role }) => role === 'conference')
  if (consulted === undefined && others.length === 0) return null
  const act = (path: string) => () => deed.mutate({ interactionId, path })
  if (consulted === undefined) return <Conference interactionId={interactionId} names={others.map(nameOf)} />
  const name = nameOf(consulted)
  if (consulted.agent?.id === me) return <Asked participants={participants} customer={customer} me={me} />
  const isRinging = consulted.state === 'ringing' || consulted.state === 'answered'
  const withCustomer = consulted.state === 'music'
  return (
    <div className={styles.bar} role="group" aria-label={t('consult.label', { name })} data-tone="wait">
      <b>
        {isRinging
          ? t('consult.ringing', { name })
          : withCustomer
            ? t('consult.withCustomer', { customer, name })
            : t('consult.talking', { name, customer })}
      </b>
      <span className={styles.gap} />
      {!isRinging && (
        <>
          <ActionButton label={t('consult.swap')} shortcut="s" onAct={act('consult/swap')} />
          <ActionButton label={t('consult.join')} shortcut="j" onAct={act('consult/join')} />
          <ActionButton label={t('consult.complete')} shortcut="l" tone="main" onAct={act('consult/complete')} />
        </>
      )}
      <ActionButton label={t('consult.cancel')} shortcut="b" onAct={act('consult/cancel')} />
    </div>
  )
}

/** I am asked, and whoever asks decides what comes of it. */
function Asked({
  participants,
  customer,
  me,
}: Omit<ConsultBarProps, 'interactionId'> & { participants: Participants }) {
  const t = useText()
  const asking = participants.find(({ kind, agent }) => kind === 'agent' && agent?.id !== me)
  const isAside = participants.find(({ agent }) => agent?.id === me)?.state === 'music'
  const names = { name: asking === undefined ? '' : nameOf(asking), customer }
  return (
    <div className={styles.bar} role="group" aria-label={t('consult.asked', names)} data-tone="wait">
      <b>{isAside ? t('consult.aside', names) : t('consult.asked', names)}</b>
    </div>
  )
}

type Participants = readonly Participant[]

const nameOf = ({ agent, id }: { agent: Readonly<{ name: string | null }> | null; id: string }): string =>
  agent?.name ?? id

function Conference({ interactionId, names }: { interactionId: InteractionId; names: readonly string[] }) {
  const t = useText()
  return (
    <div className={styles.bar} role="group" aria-label={t('conference.label')} data-tone="signal" id={interactionId}>
      <b>{t('conference.with', { names: names.join(', ') })}</b>
    </div>
  )
}
