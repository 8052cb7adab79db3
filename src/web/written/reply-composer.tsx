/** Writing to the customer: text and files, canned replies with a slash. */
import { ActionIcon, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { InteractionId } from '../../core/ids.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { onInsertion } from './insertion.ts'
import { useKey } from '../keys/keys.ts'
import { useText } from '../languages/language.ts'
import { Icon } from '../look/icons.tsx'
import { call, tell } from '../server/api.ts'
import { CannedList, useCanned } from './canned.tsx'
import { upload, useSend, type AttachedFile } from './messages.ts'
import styles from './reply-composer.module.css'

const typingEveryMs = 4_000

export function ReplyComposer({ interactionId }: { interactionId: InteractionId }) {
  const t = useText()
  const send = useSend(interactionId)
  const [text, setText] = useState('')
  const [files, setFiles] = useState<readonly AttachedFile[]>([])
  const field = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const lastTyping = useRef(0)
  const canned = useCanned(text, interactionId, {
    chosen(reply) {
      setText(reply)
      field.current?.focus()
    },
    failed: (error) => notifications.show({ color: 'red', message: tell(error, t) }),
  })
  useKey('r', () => field.current?.focus())
  useEffect(
    () =>
      onInsertion((added) => {
        setText((before) => (before === '' ? added : `${before}\n${added}`))
        field.current?.focus()
      }),
    [],
  )
  const isEmpty = text.trim() === '' && files.length === 0
  const submit = (): void => {
    if (isEmpty) return
    send.mutate({ id: crypto.randomUUID(), text: text.trim(), files })
    setText('')
    setFiles([])
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
    if (event.key === 'Escape') event.currentTarget.blur()
    if (event.key !== 'Enter' || event.shiftKey) return
    event.preventDefault()
    submit()
  }
  const attach = (chosen: FileList | null): void => {
    for (const file of chosen ?? []) {
      upload(file).then(
        (kept) => setFiles((before) => [...before, kept]),
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
                onClick={() => setFiles(files.filter((file) => file.id !== id))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.row}>
        <Textarea
          ref={field}
          className={styles.field}
          aria-label={t('reply.label')}
          aria-keyshortcuts="r"
          aria-controls={canned.isOpen ? canned.listId : undefined}
          aria-activedescendant={canned.activeId}
          placeholder={t('reply.placeholder')}
          autosize
          minRows={2}
          maxRows={8}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
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
        <ActionIcon variant="default" size={36} aria-label={t('reply.attach')} onClick={() => picker.current?.click()}>
          <Icon name="clip" />
        </ActionIcon>
        <ActionButton label={t('reply.send')} tone="main" onAct={submit} disabled={isEmpty} />
      </div>
    </div>
  )
}
