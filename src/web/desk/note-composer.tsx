/** Notes beside a conversation: for colleagues, never for the customer. */
import { Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { InteractionId } from '../../core/ids.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { useKey } from '../keys/keys.ts'
import { useText } from '../languages/language.ts'
import { useDeed } from './actions.ts'
import styles from './conversation.module.css'

export function NoteComposer({ interactionId }: { interactionId: InteractionId }) {
  const t = useText()
  const deed = useDeed()
  const client = useQueryClient()
  const [text, setText] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  useKey('n', () => field.current?.focus())
  const save = (): void => {
    if (text.trim() === '') return
    deed.mutate(
      { interactionId, path: 'notes', body: { text: text.trim() } },
      {
        onSuccess: () => {
          setText('')
          void client.invalidateQueries({ queryKey: ['interaction', interactionId] })
        },
      },
    )
  }
  return (
    <div className={styles.composer}>
      <Textarea
        ref={field}
        aria-label={t('note.label')}
        aria-keyshortcuts="n"
        placeholder={t('note.placeholder')}
        autosize
        minRows={1}
        maxRows={6}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
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
