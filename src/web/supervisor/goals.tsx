/** What agents aim at in a day: for everybody, or for one of them instead. */
import { NativeSelect, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Goals } from '../../directory/goals.ts'
import type { User } from '../../directory/user.ts'
import { NumberField } from '../admin/fields.tsx'
import { ActionButton } from '../keys/action-button.tsx'
import { useText } from '../languages/language.ts'
import { Dialog } from '../look/dialog.tsx'
import { call, get, tell } from '../server/api.ts'

type Kept = Readonly<{ everybody: Goals; agents: readonly (Goals & { agentId: string })[] }>

export function GoalsButton({ users }: { users: readonly User[] }) {
  const t = useText()
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <ActionButton label={t('goals.open')} shortcut="g" onAct={() => setOpen(true)} />
      <Dialog opened={isOpen} onClose={() => setOpen(false)} title={t('goals.title')}>
        <Choice users={users} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function Choice({ users, onDone }: { users: readonly User[]; onDone(): void }) {
  const t = useText()
  const [of, setOf] = useState('')
  const { data } = useQuery({ queryKey: ['goals'], queryFn: () => get<Kept>('/api/goals'), staleTime: 0 })
  const agents = users.filter(({ agent }) => agent !== null)
  const own = data?.agents.find(({ agentId }) => agentId === of)
  return (
    <Stack gap="md">
      <NativeSelect
        data-autofocus
        label={t('goals.of')}
        value={of}
        data={[
          { value: '', label: t('goals.everybody') },
          ...agents.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(event) => setOf(event.currentTarget.value)}
      />
      {data !== undefined && (
        <Fields key={of} of={of} known={own ?? data.everybody} hasOwn={own !== undefined} onDone={onDone} />
      )}
    </Stack>
  )
}

type FieldsProps = Readonly<{ of: string; known: Goals; hasOwn: boolean; onDone(): void }>

function Fields({ of, known, hasOwn, onDone }: FieldsProps) {
  const t = useText()
  const client = useQueryClient()
  const [goals, setGoals] = useState<Goals>({ handled: known.handled, handlingMs: known.handlingMs })
  const path = of === '' ? '/api/goals' : `/api/goals/${of}`
  const keep = useMutation({
    mutationFn: (wanted: Goals | null) => (wanted === null ? call('DELETE', path) : call('PUT', path, wanted)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['goals'] })
      onDone()
    },
    onError: (error) => notifications.show({ color: 'red', message: tell(error, t) }),
  })
  return (
    <>
      <NumberField
        label={t('goals.handled')}
        value={goals.handled}
        empty={t('goals.none')}
        onChange={(handled) => setGoals({ ...goals, handled })}
      />
      <NumberField
        label={t('goals.handling')}
        value={goals.handlingMs}
        per={60_000}
        unit="min"
        empty={t('goals.none')}
        onChange={(handlingMs) => setGoals({ ...goals, handlingMs })}
      />
      <ActionButton label={t('goals.keep')} tone="main" loading={keep.isPending} onAct={() => keep.mutate(goals)} />
      {hasOwn && <ActionButton label={t('goals.asEverybody')} onAct={() => keep.mutate(null)} />}
    </>
  )
}
