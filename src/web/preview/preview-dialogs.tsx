/** Not now, not at all, or at a time that suits them: said in a word, kept with the customer's place on the list. */
import { NativeSelect, Stack, TextInput } from '@mantine/core'
import { useEffect, useState, type ReactNode } from 'react'
import { skipReasons, type SkipReason } from '../../core/preview/entry.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { useText } from '../languages/language.ts'
import { Dialog } from '../look/dialog.tsx'
import { usePreviewDeed, type PreviewEntry } from './preview.ts'

type SkipDialogProps = Readonly<{ entry: PreviewEntry; isOpen: boolean; onClose(): void }>

export function SkipDialog({ entry, isOpen, onClose }: SkipDialogProps) {
  const t = useText()
  const deed = usePreviewDeed()
  const [reason, setReason] = useState<SkipReason>('not-now')
  const [note, setNote] = useState('')
  const skip = (): void => deed.mutate({ do: 'skip', entry, reason, note }, { onSuccess: onClose })
  return (
    <AskingDialog title={t('preview.skip')} isOpen={isOpen} onClose={onClose} onSubmit={skip}>
      <NativeSelect
        data-autofocus
        label={t('preview.skip.why')}
        value={reason}
        data={skipReasons.map((value) => ({ value, label: t(`preview.skip.${value}`) }))}
        onChange={(event) => setReason(event.currentTarget.value as SkipReason)}
      />
      <NoteField value={note} onChange={setNote} />
      <ActionButton label={t('preview.skip.act')} tone="main" onAct={skip} loading={deed.isPending} />
    </AskingDialog>
  )
}

type PromiseDialogProps = Readonly<{ entry: PreviewEntry; isOpen: boolean; onClose(): void; onDone(): void }>

export function PromiseDialog({ entry, isOpen, onClose, onDone }: PromiseDialogProps) {
  const t = useText()
  const deed = usePreviewDeed()
  const [at, setAt] = useState('')
  const [note, setNote] = useState('')
  useEffect(() => {
    if (isOpen) setAt(localMinute(Date.now() + hourMs))
  }, [isOpen])
  const instant = Date.parse(at)
  const promise = (): void => {
    if (Number.isNaN(instant)) return
    const promised = { do: 'promise', entry, at: new Date(instant).toISOString(), note } as const
    deed.mutate(promised, {
      onSuccess: () => {
        setNote('')
        onDone()
      },
    })
  }
  return (
    <AskingDialog
      title={t('preview.promise.to', { name: entry.name ?? entry.number })}
      isOpen={isOpen}
      onClose={onClose}
      onSubmit={promise}
    >
      <TextInput
        data-autofocus
        type="datetime-local"
        label={t('preview.promise.when')}
        value={at}
        onChange={(event) => setAt(event.currentTarget.value)}
      />
      <NoteField value={note} onChange={setNote} />
      <ActionButton
        label={t('preview.promise.act')}
        tone="main"
        onAct={promise}
        disabled={Number.isNaN(instant)}
        loading={deed.isPending}
      />
    </AskingDialog>
  )
}

function NoteField({ value, onChange }: { value: string; onChange(value: string): void }) {
  const t = useText()
  return (
    <TextInput
      label={t('preview.note')}
      value={value}
      maxLength={500}
      autoComplete="off"
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

type AskingDialogProps = Readonly<{
  title: string
  isOpen: boolean
  onClose(): void
  onSubmit(): void
  children: ReactNode
}>

function AskingDialog({ title, isOpen, onClose, onSubmit, children }: AskingDialogProps) {
  return (
    <Dialog opened={isOpen} onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit()
        }}
      >
        <Stack gap="md">{children}</Stack>
      </form>
    </Dialog>
  )
}

const hourMs = 3_600_000

/** As an input for day and time takes it, in the viewer's own zone. */
function localMinute(at: number): string {
  const shifted = at - new Date(at).getTimezoneOffset() * 60_000
  return new Date(shifted).toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length)
}
