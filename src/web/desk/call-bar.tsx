/** The controls of a call that is up: the same for the telephone in the page and the one on the table. */
import { Popover } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { consultedOf, participantsOf, useParticipants } from '../handing-on/participants.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { clock } from '../languages/format.ts'
import { useText } from '../languages/language.ts'
import { Icon } from '../look/icons.tsx'
import type { WorkItem } from '../live/desk-state.ts'
import { useDesk, useNow } from '../live/use-desk.ts'
import { useSoftphone, usePhone } from '../softphone/use-softphone.ts'
import { useDeed } from './actions.ts'
import { Keypad } from './keypad.tsx'
import { LineSign } from './line-sign.tsx'
import styles from './call-bar.module.css'

export function CallBar({ item, onHandOn }: { item: WorkItem; onHandOn(): void }) {
  const t = useText()
  const now = useNow()
  const client = useQueryClient()
  const deed = useDeed()
  const phone = useSoftphone()
  const { call } = usePhone()
  const { doing, state } = useDesk()
  /** At a desk phone, until the service says the same. */
  const [wanted, setWanted] = useState<boolean | null>(null)
  const [showsKeys, setShowsKeys] = useState(false)
  const { interactionId } = item
  // Done and undone in one breath: the second must not be there before the first.
  const toggle = useDeed(`toggles/${interactionId}`)
  const participants = useParticipants(interactionId)
  const isConsulting = consultedOf(participants) !== undefined
  const me = participants.find(({ agent }) => agent !== null && agent.id === state.agent?.agentId)
  // While somebody is asked, the bar for that says where everybody is.
  const isHeld = !isConsulting && (doing.get(interactionId)?.held ?? item.held)
  // Wherever it was picked up.
  const isHere = call !== null && !call.isEcho
  const isMuted = isHere ? call.muted : (wanted ?? me?.muted ?? false)
  const mute = (): void => {
    if (isHere) return phone.mute(!isMuted)
    setWanted(!isMuted)
    const askAgain = (): void =>
      void client.invalidateQueries({ queryKey: participantsOf(interactionId) }).then(() => setWanted(null))
    toggle.mutate({ interactionId, path: 'mute', body: { on: !isMuted } }, { onSettled: askAgain })
  }
  const hold = (): void => toggle.mutate({ interactionId, path: isHeld ? 'resume' : 'hold', doing: { held: !isHeld } })
  return (
    <div className={styles.bar} role="group" aria-label={t('call.controls')} data-tone={isHeld ? 'wait' : 'signal'}>
      <span className={styles.state}>
        <b>{isHeld ? t('call.held') : t('call.on')}</b>
        <span className={styles.time} role="timer" aria-label={t('call.time')}>
          {clock(now - item.since)}
        </span>
      </span>
      <LineSign />
      <span className={styles.gap} />
      <ActionButton
        label={isMuted ? t('call.unmute') : t('call.mute')}
        shortcut="m"
        pressed={isMuted}
        onAct={mute}
        icon={<Icon name={isMuted ? 'mute' : 'microphone'} size={16} />}
      />
      {!isConsulting && (
        <ActionButton
          label={isHeld ? t('call.resume') : t('call.hold')}
          shortcut="h"
          pressed={isHeld}
          onAct={hold}
          icon={<Icon name="hold" size={16} />}
        />
      )}
      <Popover opened={showsKeys} onChange={setShowsKeys} position="bottom" trapFocus withArrow>
        <Popover.Target>
          <ActionButton
            label={t('call.keys')}
            shortcut="k"
            onAct={() => setShowsKeys(!showsKeys)}
            icon={<Icon name="keypad" size={16} />}
          />
        </Popover.Target>
        <Popover.Dropdown>
          <Keypad onPress={(digits) => deed.mutate({ interactionId, path: 'digits', body: { digits } })} />
        </Popover.Dropdown>
      </Popover>
      {!isConsulting && (
        <ActionButton
          label={t('call.transfer')}
          shortcut="t"
          onAct={onHandOn}
          icon={<Icon name="transfer" size={16} />}
        />
      )}
      <ActionButton
        label={t('call.end')}
        shortcut="e"
        tone="late"
        onAct={() => deed.mutate({ interactionId, path: 'hang-up' })}
        icon={<Icon name="end" size={16} />}
      />
    </div>
  )
}
