/** What can be done with whoever or whatever was chosen, each with its key. */
import { Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Presence } from '../../core/facts.ts'
import type { Queue } from '../../directory/queue.ts'
import type { FloorInteraction } from '../../insight/floor-view.ts'
import type { Destination } from '../handing-on/hand-on-dialog.tsx'
import { useCatalogue } from '../desk/names.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { useKey } from '../keys/keys.ts'
import { useText } from '../languages/language.ts'
import { useDesk } from '../live/use-desk.ts'
import { call, tell } from '../server/api.ts'
import type { Chosen, Names } from './floor-page.tsx'
import { isWaiting, type AgentRow, type FloorState } from './floor-state.ts'
import { useWhere } from './interaction-table.tsx'
import type { Hearing } from './listening.ts'
import { MoveDialog, type Moving } from './move-dialog.tsx'
import styles from './floor.module.css'

type ChosenBarProps = Readonly<{
  chosen: Chosen | null
  agents: readonly AgentRow[]
  floor: FloorState
  queues: readonly Queue[]
  names: Names
  hearing: Hearing
  onDone(): void
}>

export function ChosenBar({ chosen, agents, floor, names, hearing, onDone }: ChosenBarProps) {
  const t = useText()
  const ask = useAsk()
  /** Outlives the choice, which goes with whoever was chosen. */
  const [moving, setMoving] = useState<Moving | null>(null)
  useKey('Escape', onDone, chosen !== null)
  const row = chosen?.kind === 'agent' ? agents.find(({ line }) => line.agentId === chosen.id) : undefined
  const line = chosen?.kind === 'interaction' ? floor.interactions.get(chosen.id) : undefined
  const move = (id: string, to: Destination): void => {
    if ('number' in to) return
    ask.mutate({ method: 'POST', path: `/api/interactions/${id}/move`, body: { to } })
  }
  return (
    <>
      {(row !== undefined || line !== undefined) && (
        <div className={styles.chosen} role="group" aria-label={t('floor.chosen')}>
          {row !== undefined && <AgentDeeds key={row.line.agentId} row={row} names={names} hearing={hearing} />}
          {line !== undefined && (
            <InteractionDeeds
              key={line.interactionId}
              line={line}
              names={names}
              hearing={hearing}
              isMoving={ask.isPending}
              onMove={(name) => setMoving({ id: line.interactionId, name, isOpen: true })}
            />
          )}
          <ActionButton label={t('close')} onAct={onDone} />
        </div>
      )}
      {moving !== null && (
        <MoveDialog
          key={moving.id}
          {...moving}
          line={floor.interactions.get(moving.id)}
          nameOfAgent={names.nameOfAgent}
          onMove={(to) => move(moving.id, to)}
          onClose={() => setMoving({ ...moving, isOpen: false })}
        />
      )}
    </>
  )
}

function useAsk() {
  const t = useText()
  return useMutation({
    mutationFn: ({ method, path, body }: { method: 'POST' | 'PUT'; path: string; body?: unknown }) =>
      call(method, path, body),
    onError: (error) => notifications.show({ color: 'red', message: tell(error, t) }),
  })
}

function AgentDeeds({ row, names, hearing }: { row: AgentRow; names: Names; hearing: Hearing }) {
  const t = useText()
  const reasons = useCatalogue('not-ready-reasons')
  const ask = useAsk()
  const [isOpen, setOpen] = useState(false)
  const [isSure, setSure] = useState(false)
  const { agentId } = row.line
  const set = (presence: Presence, reason: string | null = null): void =>
    ask.mutate({ method: 'PUT', path: `/api/users/${agentId}/presence`, body: { presence, reason } })
  const talk = row.work.find(({ channel, state }) => channel === 'voice' && state === 'engaged')
  return (
    <>
      <b>{names.nameOfAgent(agentId)}</b>
      <span className={styles.where}>{row.line.queueIds.map(names.nameOfQueue).join(', ')}</span>
      {talk !== undefined && <Listen line={talk} hearing={hearing} />}
      <Menu opened={isOpen} onChange={setOpen} position="top-end" width={220}>
        <Menu.Target>
          <span>
            <ActionButton label={t('floor.changeState')} shortcut="s" onAct={() => setOpen(true)} />
          </span>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => set('available')}>{t('presence.available')}</Menu.Item>
          <Menu.Divider />
          <Menu.Label>{t('presence.not-ready')}</Menu.Label>
          {reasons.map(({ id, name }) => (
            <Menu.Item key={id} onClick={() => set('not-ready', id)}>
              {name}
            </Menu.Item>
          ))}
          <Menu.Item onClick={() => set('not-ready')}>{t('presence.noReason')}</Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => set('offline')}>{t('presence.offline')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isSure ? (
        <ActionButton
          tone="late"
          label={t('floor.logOff.sure')}
          loading={ask.isPending}
          onAct={() => {
            setSure(false)
            ask.mutate({ method: 'POST', path: `/api/users/${agentId}/log-off` })
          }}
        />
      ) : (
        <ActionButton tone="late" label={t('floor.logOff')} onAct={() => setSure(true)} />
      )}
    </>
  )
}

type InteractionDeedsProps = Readonly<{
  line: FloorInteraction
  names: Names
  hearing: Hearing
  isMoving: boolean
  onMove(name: string): void
}>

function InteractionDeeds({ line, names, hearing, isMoving, onMove }: InteractionDeedsProps) {
  const t = useText()
  const where = useWhere(names)
  const name = names.customerOf(line.interactionId)
  return (
    <>
      <b>{name}</b>
      <span className={styles.where}>{where(line)}</span>
      {line.channel === 'voice' && line.state === 'engaged' && <Listen line={line} hearing={hearing} />}
      {isWaiting(line) && (
        <ActionButton label={t('floor.move')} shortcut="m" loading={isMoving} onAct={() => onMove(name)} />
      )}
    </>
  )
}

function Listen({ line, hearing }: { line: FloorInteraction; hearing: Hearing }) {
  const t = useText()
  const { state } = useDesk()
  if (state.agent === null) return <span className={styles.where}>{t('floor.needsPhone')}</span>
  return (
    <ActionButton
      tone="main"
      label={t('floor.listen')}
      shortcut="l"
      disabled={hearing.interactionId !== null}
      loading={hearing.isBusy}
      onAct={() => hearing.listen(line.interactionId, 'monitor')}
    />
  )
}
