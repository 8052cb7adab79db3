/** In place of the reply's field, once nobody reads it any more: what was being written, to be copied where it is of use. */
import type { InteractionId } from '../../core/ids.ts'
import { useText } from '../languages/language.ts'
import { useDraft } from './drafts.ts'
import styles from './reply-composer.module.css'

export function UnsentReply({ interactionId }: { interactionId: InteractionId }) {
  const t = useText()
  const [{ text }] = useDraft('reply', interactionId)
  if (text.trim() === '') return null
  return (
    <p className={styles.unsent} role="status">
      <b>{t('reply.unsent')}</b> {text}
    </p>
  )
}
