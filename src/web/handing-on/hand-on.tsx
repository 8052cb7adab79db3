/** Handing on a conversation of mine: the dialog goes when there is nothing to hand on any more, what was written for it stays. */
import { notifications } from '@mantine/notifications'
import { useEffect, useEffectEvent } from 'react'
import { useDeed } from '../desk/actions.ts'
import { useText } from '../languages/language.ts'
import type { WorkItem } from '../live/desk-state.ts'
import { changeDraft, joined, useDraft } from '../written/drafts.ts'
import { HandOnDialog, type Destination, type HandingOn } from './hand-on-dialog.tsx'

const ofCalls: readonly HandingOn[] = ['consult', 'transfer', 'conference']
const ofWriting: readonly HandingOn[] = ['transfer']

export function HandOn({ item, isOpen, onClose }: { item: WorkItem; isOpen: boolean; onClose(): void }) {
  const t = useText()
  const deed = useDeed()
  const { interactionId } = item
  const [{ text: note }, draft] = useDraft('hand-on', interactionId)
  const isCall = item.channel === 'voice' || item.channel === 'video'
  const isPossible = item.phase === 'engaged'
  const giveUp = useEffectEvent(() => {
    const hasNote = note.trim() !== ''
    if (hasNote) changeDraft('note', interactionId, ({ text }) => ({ text: joined(text, note.trim()) }))
    draft({ text: '' })
    if (isOpen) notifications.show({ message: t(hasNote ? 'handOn.over.kept' : 'handOn.over'), autoClose: 10_000 })
    onClose()
  })
  useEffect(() => {
    if (!isPossible) giveUp()
  }, [isPossible])
  const close = (): void => {
    draft({ text: '' })
    onClose()
  }
  const handOn = (way: HandingOn, to: Destination): void => {
    const path = isCall ? way : 'hand-on'
    const body = { to, ...(note.trim() !== '' && { note: note.trim() }) }
    // Refused, it is there for the next attempt.
    deed.mutateAsync({ interactionId, path, body }).catch(() => draft({ text: note }))
  }
  return (
    <HandOnDialog
      opened={isOpen && isPossible}
      ways={isCall ? ofCalls : ofWriting}
      takesNumbers={isCall}
      note={{ value: note, onChange: (text) => draft({ text }) }}
      onClose={close}
      onChoose={handOn}
    />
  )
}
