/** The sheet of agents and skills, or agents and queues: arrows move, digits set, Ctrl S saves. */
import { Alert, SegmentedControl, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { Proficiency } from '../../core/rules.ts'
import type { Skill } from '../../directory/label.ts'
import type { User } from '../../directory/user.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { useText } from '../languages/language.ts'
import { tell } from '../server/api.ts'
import { useList } from '../server/list.ts'
import { agentsOf, edited, store, withQueue, withSkill, type Agent, type Edits, type Stored } from './matrix.ts'
import { Sheet } from './sheet.tsx'
import styles from './admin.module.css'

type Side = 'skills' | 'queues'

/** More rows than anybody reads at once: who isn't among them is found by name. */
const mostRows = 100

export function MatrixPage() {
  const t = useText()
  const [, go] = useLocation()
  const client = useQueryClient()
  const users = useList<User>('/api/users')
  const skills = useList<Skill>('/api/skills') ?? []
  const queues = useList<Skill>('/api/queues') ?? []
  const [side, setSide] = useState<Side>('skills')
  const [search, setSearch] = useState('')
  const [edits, setEdits] = useState<Edits>(new Map())
  const agents = agentsOf(users ?? [])
  const saving = useMutation({
    mutationFn: () => store(agents, edits),
    onSuccess: async (stored) => {
      await client.invalidateQueries({ queryKey: ['list', '/api/users'] })
      // Who was overtaken begins anew with what the other made of it.
      const failed = new Set(stored.filter(({ outcome }) => outcome === 'failed').map(({ agentId }) => agentId))
      setEdits((before) => new Map([...before].filter(([agentId]) => failed.has(agentId))))
    },
  })
  const wanted = search.trim().toLocaleLowerCase()
  const found = agents.filter(({ name }) => name.toLocaleLowerCase().includes(wanted))
  const shown = found.slice(0, mostRows)
  const nowOf = (agent: Agent): Agent => ({ ...agent, ...edits.get(agent.id) })
  const columns = side === 'skills' ? skills : queues
  return (
    <div className={`${styles.page} ${styles.wholeWidth}`}>
      <header className={styles.head}>
        <h1>{t('admin.skills')}</h1>
        <SegmentedControl
          aria-label={t('admin.matrix.side')}
          value={side}
          onChange={setSide}
          data={[
            { value: 'skills', label: t('admin.skills') },
            { value: 'queues', label: t('admin.queues') },
          ]}
        />
        <TextInput
          aria-label={t('admin.search')}
          placeholder={t('admin.search')}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <ActionButton label={t('admin.skills.new')} shortcut="n" onAct={() => go('/admin/skills/new')} />
        <ActionButton
          tone="main"
          label={t('admin.save')}
          shortcut="ctrl+s"
          disabled={edits.size === 0}
          loading={saving.isPending}
          onAct={() => saving.mutate()}
        />
      </header>
      <p className={styles.lead}>{t(side === 'skills' ? 'admin.matrix.lead' : 'admin.matrix.leadQueues')}</p>
      <Outcome stored={saving.data ?? []} agents={agents} hasEdits={edits.size > 0} />
      {users !== undefined && (agents.length === 0 || columns.length === 0) ? (
        <p className={styles.empty}>
          {t(
            agents.length === 0
              ? 'admin.matrix.noAgents'
              : side === 'skills'
                ? 'admin.skills.none'
                : 'admin.queues.empty',
          )}
        </p>
      ) : (
        <Sheet
          label={t(side === 'skills' ? 'admin.matrix.skills' : 'admin.matrix.queues')}
          corner={t('admin.agents')}
          rows={shown.map(({ id, name }) => ({ id, name, isEdited: edits.has(id) }))}
          columns={columns.map(({ id, name }) => ({
            id,
            name,
            head: <Link href={side === 'skills' ? `/admin/skills/${id}` : `/admin/queues/${id}`}>{name}</Link>,
          }))}
          cellOf={(row, column) => {
            const agent = agents.find(({ id }) => id === row)
            if (agent === undefined) return ''
            const { skills: levels, queueIds } = nowOf(agent)
            return side === 'skills' ? String(levels[column] ?? '') : queueIds.includes(column) ? '✓' : ''
          }}
          onSet={(row, column, value) => {
            const agent = agents.find(({ id }) => id === row)
            if (agent === undefined) return
            const now = nowOf(agent)
            setEdits(
              edited(
                edits,
                agent,
                side === 'skills'
                  ? { skills: withSkill(now, column, levelOf(value, now.skills[column])) }
                  : { queueIds: withQueue(now, column) },
              ),
            )
          }}
        />
      )}
      {found.length > shown.length && (
        <p className={styles.soft}>{t('admin.matrix.more', { count: found.length - shown.length })}</p>
      )}
    </div>
  )
}

/** `next`: the one after the present one, and none after the last. */
function levelOf(value: 'next' | number, present: Proficiency | undefined): Proficiency | 0 {
  const level = value === 'next' ? ((present ?? 0) + 1) % 6 : Math.min(5, value)
  return level as Proficiency | 0
}

type OutcomeProps = Readonly<{ stored: readonly Stored[]; agents: readonly Agent[]; hasEdits: boolean }>

function Outcome({ stored, agents, hasEdits }: OutcomeProps) {
  const t = useText()
  const nameOf = (id: string): string => agents.find((agent) => agent.id === id)?.name ?? id
  const overtaken = stored.filter(({ outcome }) => outcome === 'overtaken').map(({ agentId }) => nameOf(agentId))
  const failed = stored.filter(({ outcome }) => outcome === 'failed')
  if (overtaken.length > 0)
    return (
      <Alert color="yellow" role="alert">
        {t('admin.matrix.overtaken', { names: overtaken.join(', ') })}
      </Alert>
    )
  if (failed.length > 0)
    return (
      <Alert color="red" role="alert">
        {failed.map(({ agentId, error }) => `${nameOf(agentId)}: ${tell(error, t)}`).join(' ')}
      </Alert>
    )
  return stored.length > 0 && !hasEdits ? <p role="status">{t('admin.saved')}</p> : null
}
