/** After a conversation: how it came out, how long is left, more time, done. */
import { ActionButton } from '../keys/action-button.tsx'
import { clock } from '../languages/format.ts'
import { useText } from '../languages/language.ts'
import type { WorkItem } from '../live/desk-state.ts'
import { useNow } from '../live/use-desk.ts'
import { useDraft } from '../written/drafts.ts'
import { useDeed } from './actions.ts'
import { OutcomeField, TagField } from './outcome-field.tsx'
import styles from './call-bar.module.css'

const extensionMs = 60_000

export function WrapUpBar({ item }: { item: WorkItem }) {
  const t = useText()
  const now = useNow()
  const deed = useDeed()
  const { interactionId } = item
  const [{ text: code }, outcome] = useDraft('outcome', interactionId)
  const leftMs = (item.wrapUpEndsAt ?? now) - now
  const disposition = code.trim() === '' ? {} : { disposition: code.trim() }
  const finish = (): void => {
    const body = { action: 'finish', ...disposition }
    deed
      .mutateAsync({ interactionId, path: 'wrap-up', body, doing: { settled: 'finishing' } })
      .catch(() => outcome({ text: code }))
    // Told with it, and not once more when it leaves the desk.
    outcome({ text: '' })
  }
  const extend = (): void =>
    deed.mutate({ interactionId, path: 'wrap-up', body: { action: 'extend', byMs: extensionMs, ...disposition } })
  return (
    <div className={styles.bar} role="group" aria-label={t('wrapUp.label')} data-tone="wait">
      <b>{t('wrapUp.label')}</b>
      <span className={styles.time} role="timer">
        {clock(leftMs)}
      </span>
      <OutcomeField item={item} value={code} onChange={(text) => outcome({ text })} onFinish={finish} />
      <TagField interactionId={interactionId} />
      <ActionButton label={t('wrapUp.extend')} shortcut="x" onAct={extend} />
      <ActionButton label={t('wrapUp.finish')} shortcut="w" tone="main" onAct={finish} />
    </div>
  )
}
