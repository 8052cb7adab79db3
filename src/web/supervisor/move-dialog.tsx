/** Moving somebody who waits: the dialog goes, with a word why, when they wait no more. */
import { notifications } from '@mantine/notifications'
import { useEffect, useEffectEvent } from 'react'
import type { FloorInteraction } from '../../insight/floor-view.ts'
import { HandOnDialog, type Destination } from '../handing-on/hand-on-dialog.tsx'
import { useText } from '../languages/language.ts'
import { isWaiting } from './floor-state.ts'

/** Who is moved; `name` as it was when the dialog was opened, for whoever has gone has none. */
export type Moving = Readonly<{ id: string; name: string; isOpen: boolean }>

type MoveDialogProps = Moving &
  Readonly<{
    line: FloorInteraction | undefined
    nameOfAgent(id: string): string
    onMove(to: Destination): void
    onClose(): void
  }>

export function MoveDialog({ line, name, isOpen, nameOfAgent, onMove, onClose }: MoveDialogProps) {
  const t = useText()
  const isPossible = line !== undefined && isWaiting(line)
  const giveUp = useEffectEvent(() => {
    if (!isOpen) return
    const agent = line?.state === 'engaged' && line.agentId !== null ? nameOfAgent(line.agentId) : null
    const message = agent === null ? t('floor.move.gone', { name }) : t('floor.move.answered', { name, agent })
    notifications.show({ message, autoClose: 10_000 })
    onClose()
  })
  useEffect(() => {
    if (!isPossible) giveUp()
  }, [isPossible])
  return (
    <HandOnDialog
      opened={isOpen && isPossible}
      ways={['move']}
      takesNumbers={false}
      onClose={onClose}
      onChoose={(_way, to) => onMove(to)}
    />
  )
}
