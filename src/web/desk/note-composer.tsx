/** Notes beside a conversation: for colleagues, never for the customer. */
import { useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { InteractionId } from '../../core/ids.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { press, useKey } from '../keys/keys.ts'
import { useText } from '../languages/language.ts'
import { GrowingField } from '../look/growing-field.tsx'
import { joined, useDraft } from '../written/drafts.ts'
import { useDeed } from './actions.ts'
import styles from './conversation.module.css'

export function NoteComposer({ interactionId }: { interactionId: InteractionId }) {
  const t = useText()
  const deed = useDeed()
  const client = useQueryClient()
  const [{ text }, draft] = useDraft('note', interactionId)
  const field = useRef<HTMLTextAreaElement>(null)
  useKey('n', () => field.current?.focus())
  const save = (): void => {
    if (text.trim() === '') return
    // At once: what is written while it is being saved is the next note.
    draft({ text: '' })
    deed.mutateAsync({ interactionId, path: 'notes', body: { text: text.trim() } }).then(
      () => client.invalidateQueries({ queryKey: ['interaction', interactionId] }),
      () => draft(({ text: since }) => ({ text: joined(text, since) })),
    )
  }
  return (
    <div className={styles.composer}>
      <GrowingField
        ref={field}
        aria-label={t('note.label')}
        aria-keyshortcuts="n"
        placeholder={t('note.placeholder')}
        minRows={1}
        value={text}
        onChange={(event) => draft({ text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === '?' && text === '' && press('?')) return event.preventDefault()
          if (event.key === 'Escape') event.currentTarget.blur()
          if (event.key !== 'Enter' || event.shiftKey) return
          event.preventDefault()
          save()
        }}
      />
      <ActionButton label={t('note.save')} onAct={save} disabled={text.trim() === ''} loading={deed.isPending} />
    </div>
  )
}
