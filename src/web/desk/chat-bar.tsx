/** What can be done with a conversation in writing, beside writing. */
import { ActionButton } from '../keys/action-button.tsx'
import { clock } from '../languages/format.ts'
import { useText } from '../languages/language.ts'
import { channelIcon, Icon } from '../look/icons.tsx'
import type { WorkItem } from '../live/desk-state.ts'
import { useNow } from '../live/use-desk.ts'
import { useDeed } from './actions.ts'
import styles from './call-bar.module.css'

export function ChatBar({ item, onHandOn }: { item: WorkItem; onHandOn(): void }) {
  const t = useText()
  const now = useNow()
  const deed = useDeed()
  const { interactionId } = item
  return (
    <div
      className={styles.bar}
      role="group"
      aria-label={t('chat.controls')}
      data-tone={item.paused ? 'wait' : 'signal'}
    >
      <Icon name={channelIcon(item.channel)} />
      <span className={styles.time} role="timer">
        {clock(now - item.since)}
      </span>
      {item.paused && (
        <b className={styles.paused} role="status">
          {t('chat.paused')}
        </b>
      )}
      <span className={styles.gap} />
      <ActionButton
        label={t('call.transfer')}
        shortcut="t"
        onAct={onHandOn}
        icon={<Icon name="transfer" size={16} />}
      />
      <ActionButton
        label={t('chat.close')}
        shortcut="e"
        tone="late"
        onAct={() => deed.mutate({ interactionId, path: 'close' })}
      />
    </div>
  )
}
