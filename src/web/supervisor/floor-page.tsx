/** The floor, live: who waits, who is there, what goes on, and a hand to help. */
import { NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { Shell } from '../app/shell.tsx'
import { AwayFromDesk } from '../desk/away-from-desk.tsx'
import { DeskStatus } from '../desk/desk-status.tsx'
import { Palette } from '../desk/palette.tsx'
import type { Queue } from '../../directory/queue.ts'
import type { User } from '../../directory/user.ts'
import { useText } from '../languages/language.ts'
import { nameOn } from '../live/desk-state.ts'
import { useList } from '../server/list.ts'
import type { Me } from '../server/session.ts'
import { AgentTable } from './agent-table.tsx'
import { ChosenBar } from './chosen-bar.tsx'
import { agentRows, interactionRows, queueRows } from './floor-state.ts'
import { GoalsButton } from './goals.tsx'
import { InteractionTable } from './interaction-table.tsx'
import { ListeningBar } from './listening-bar.tsx'
import { useListening } from './listening.ts'
import { QueueTable } from './queue-table.tsx'
import { useFloor } from './use-floor.ts'
import styles from './floor.module.css'

/** What the bar at the bottom is about. */
export type Chosen = Readonly<{ kind: 'agent' | 'interaction'; id: string }>

export function FloorPage({ me }: { me: Me }) {
  const [, go] = useLocation()
  const floor = useFloor()
  const hearing = useListening(me.id, floor)
  return (
    <Shell me={me} status={<DeskStatus />} search={<Palette me={me} onChoose={() => go('/desk')} />}>
      <Floor me={me} floor={floor} hearing={hearing} />
      <AwayFromDesk listeningTo={hearing.interactionId} />
    </Shell>
  )
}

type FloorProps = Readonly<{
  me: Me
  floor: ReturnType<typeof useFloor>
  hearing: ReturnType<typeof useListening>
}>

function Floor({ floor, hearing }: FloorProps) {
  const t = useText()
  const users = useList<User>('/api/users') ?? []
  const queues = useList<Queue>('/api/queues') ?? []
  const [queueId, setQueueId] = useState('')
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const nameOfAgent = (id: string): string => users.find((user) => user.id === id)?.name ?? id
  const nameOfQueue = (id: string): string => queues.find((queue) => queue.id === id)?.name ?? id
  const customerOf = (id: string): string => nameOn(floor.cards.get(id) ?? null) ?? t('customer.unknown')
  const names = { nameOfAgent, nameOfQueue, customerOf }
  const wanted = search.trim().toLocaleLowerCase()
  const fits = (...texts: readonly string[]): boolean => texts.some((text) => text.toLocaleLowerCase().includes(wanted))
  const agents = agentRows(floor)
  const shownAgents = agents.filter(
    ({ line }) => (queueId === '' || line.queueIds.includes(queueId)) && fits(nameOfAgent(line.agentId)),
  )
  const interactions = interactionRows(floor).filter(
    (line) =>
      (queueId === '' || line.queueId === queueId) &&
      fits(customerOf(line.interactionId), line.agentId === null ? '' : nameOfAgent(line.agentId)),
  )
  const rows = queueRows(
    floor,
    queues.map(({ id }) => id),
    agents,
  )
  return (
    <div className={styles.floor} aria-busy={floor.seq === null}>
      <header className={styles.head}>
        <h1>{t('nav.floor')}</h1>
        <Link href="/floor/lists">{t('lists.title')}</Link>
        <NativeSelect
          aria-label={t('floor.filter.queue')}
          value={queueId}
          onChange={(event) => setQueueId(event.currentTarget.value)}
          data={[
            { value: '', label: t('floor.filter.allQueues') },
            ...queues.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <TextInput
          aria-label={t('admin.search')}
          placeholder={t('floor.filter.search')}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <GoalsButton users={users} />
      </header>
      {hearing.interactionId !== null && (
        <ListeningBar hearing={hearing} line={floor.interactions.get(hearing.interactionId) ?? null} names={names} />
      )}
      <div className={styles.body}>
        <QueueTable
          rows={queueId === '' ? rows : rows.filter((row) => row.queueId === queueId)}
          queues={queues}
          nameOf={nameOfQueue}
        />
        <div className={styles.columns}>
          <AgentTable rows={shownAgents} names={names} chosen={chosen} onChoose={setChosen} />
          <InteractionTable lines={interactions} names={names} chosen={chosen} onChoose={setChosen} />
        </div>
      </div>
      <ChosenBar
        chosen={chosen}
        agents={agents}
        floor={floor}
        queues={queues}
        names={names}
        hearing={hearing}
        onDone={() => setChosen(null)}
      />
    </div>
  )
}

export type Names = Readonly<{
  nameOfAgent(id: string): string
  nameOfQueue(id: string): string
  customerOf(interactionId: string): string
}>
