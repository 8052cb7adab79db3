/** The call that I listen to: whom I hear, who hears me, and the way out. */
import { listenings } from '../../core/call/call.ts'
import type { FloorInteraction } from '../../insight/floor-view.ts'
import { LineSign } from '../desk/line-sign.tsx'
import { ActionButton } from '../keys/action-button.tsx'
import { clock } from '../languages/format.ts'
import { useText } from '../languages/language.ts'
import { Icon } from '../look/icons.tsx'
import { useNow } from '../live/use-desk.ts'
import type { Names } from './floor-page.tsx'
import type { Hearing } from './listening.ts'
import styles from './floor.module.css'

type ListeningBarProps = Readonly<{ hearing: Hearing; line: FloorInteraction | null; names: Names }>

const keys = { monitor: '1', whisper: '2', barge: '3' } as const

export function ListeningBar({ hearing, line, names }: ListeningBarProps) {
  const t = useText()
  const now = useNow()
  if (line === null) return null
  const who = { agent: names.nameOfAgent(line.agentId ?? ''), customer: names.customerOf(line.interactionId) }
  return (
    <div className={styles.listening} role="group" aria-label={t('floor.listening')}>
      <Icon name="desk" />
      <b>{hearing.isOn ? t('floor.listeningTo', who) : t('floor.connecting', who)}</b>
      {hearing.isOn && <span role="timer">{clock(now - line.since)}</span>}
      <LineSign />
      <span className={styles.grow} />
      {listenings.map((mode) => (
        <ActionButton
          key={mode}
          label={t(`floor.${mode}`)}
          shortcut={keys[mode]}
          pressed={hearing.isOn && hearing.mode === mode}
          disabled={!hearing.isOn || hearing.isBusy}
          onAct={() => hearing.listen(line.interactionId, mode)}
        />
      ))}
      <ActionButton tone="late" label={t('floor.stop')} shortcut="e" disabled={!hearing.isOn} onAct={hearing.stop} />
    </div>
  )
}
