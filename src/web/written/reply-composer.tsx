/** Writing to the customer: text and files, canned replies with a slash. */
import { notifications } from '@mantine/notifications'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import type { InteractionId } from '../../core/ids.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { onInsertion } from './insertion.ts'
import { press, useKey } from '../keys/keys.ts'
import { useText } from '../languages/language.ts'
import { GrowingField } from '../look/growing-field.tsx'
import { Icon } from '../look/icons.tsx'
import { call, tell } from '../server/api.ts'
import { CannedList, useCanned } from './canned.tsx'
import { joined, useDraft } from './drafts.ts'
import { upload, useSend } from './messages.ts'
import styles from './reply-composer.module.css'

const typingEveryMs = 4_000

export function ReplyComposer({ interactionId }: { interactionId: InteractionId }) {
  const t = useText()
  const send = useSend(interactionId)
  const [{ text, files }, draft] = useDraft('reply', interactionId)
  const field = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const lastTyping = useRef(0)
  const canned = useCanned(text, interactionId, {
    chosen(reply) {
      draft({ text: reply })
      field.current?.focus()
    },
    failed: (error) => notifications.show({ color: 'red', message: tell(error, t) }),
  })
  useKey('r', () => field.current?.focus())
  useEffect(
    () =>
      onInsertion((added) => {
        draft(({ text: before }) => ({ text: joined(before, added) }))
        field.current?.focus()
      }),
    [draft],
  )
  const isEmpty = text.trim() === '' && files.length === 0
  const submit = (): void => {
    if (isEmpty) return
    send.mutate({ id: crypto.randomUUID(), text: text.trim(), files })
    draft({ text: '', files: [] })
  }
  const sayTyping = (): void => {
    const now = Date.now()
    if (now - lastTyping.current < typingEveryMs) return
    lastTyping.current = now
    // Who doesn't hear it misses nothing.
    call('POST', `/api/interactions/${interactionId}/typing`, { on: true }).catch(() => undefined)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (canned.steer(event)) return
    if (event.key === '?' && text === '' && press('?')) return event.preventDefault()
    if (event.key === 'Escape') event.currentTarget.blur()
    if (event.key !== 'Enter' || event.shiftKey) return
    event.preventDefault()
    submit()
  }
  const attach = (chosen: FileList | null): void => {
    for (const file of chosen ?? []) {
      upload(file).then(
        (kept) => draft(({ files: before }) => ({ files: [...before, kept] })),
        (error: unknown) => notifications.show({ color: 'red', message: `${file.name}: ${tell(error, t)}` }),
      )
    }
  }
  return (
    <div className={styles.composer}>
      <CannedList canned={canned} />
      {files.length > 0 && (
        <ul className={styles.files}>
          {files.map(({ id, name }) => (
            <li key={id}>
              {name}
              <button
                type="button"
                aria-label={t('reply.removeFile', { name })}
                onClick={() => draft({ files: files.filter((file) => file.id !== id) })}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.row}>
        <GrowingField
          ref={field}
          className={styles.field}
          aria-label={t('reply.label')}
          aria-keyshortcuts="r"
          aria-controls={canned.isOpen ? canned.listId : undefined}
          aria-activedescendant={canned.activeId}
          placeholder={t('reply.placeholder')}
          minRows={2}
          value={text}
          onChange={(event) => {
            draft({ text: event.currentTarget.value })
            sayTyping()
          }}
          onKeyDown={onKeyDown}
          onPaste={(event) => attach(event.clipboardData.files)}
        />
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            attach(event.currentTarget.files)
            event.currentTarget.value = ''
          }}
        />
        <button
          type="button"
          className={styles.attach}
          aria-label={t('reply.attach')}
          onClick={() => picker.current?.click()}
        >
          <Icon name="clip" />
        </button>
        <ActionButton label={t('reply.send')} tone="main" onAct={submit} disabled={isEmpty} />
      </div>
    </div>
  )
}
