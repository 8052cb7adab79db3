/** A promise to a customer, kept where it will be seen again when it is due. */
import { NativeSelect, Stack, TextInput } from '@mantine/core'
import type { InteractionId } from '../../core/ids.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { useText } from '../languages/language.ts'
import { Dialog } from '../look/dialog.tsx'
import { useDraft } from '../written/drafts.ts'
import { useMakeTask } from './tasks.ts'

const whens = ['hour', 'tomorrow', 'at', 'never'] as const
type When = (typeof whens)[number]
const hourMs = 3_600_000
const morningHour = 9

type FollowUpProps = Readonly<{ interactionId: InteractionId; name: string; isOpen: boolean; onClose(): void }>

/** Also when the conversation has left the desk meanwhile, and when another window had the desk in between. */
export function FollowUpDialog({ interactionId, name, isOpen, onClose }: FollowUpProps) {
  const t = useText()
  const begun = useBegun(interactionId)
  const close = (): void => {
    begun.forget()
    onClose()
  }
  return (
    <Dialog opened={isOpen} onClose={close} title={t('tasks.followUp.with', { name })}>
      <Form interactionId={interactionId} begun={begun} onDone={close} />
    </Dialog>
  )
}

type BegunTask = ReturnType<typeof useBegun>

function useBegun(interactionId: InteractionId) {
  const [title, setTitle] = useDraft('follow-up', interactionId)
  const [due, setDue] = useDraft('due', interactionId)
  const [at, setAt] = useDraft('due-at', interactionId)
  return {
    title: title.text,
    when: whens.find((each) => each === due.text) ?? 'tomorrow',
    at: at.text,
    setTitle: (text: string) => setTitle({ text }),
    setWhen: (text: string) => setDue({ text }),
    setAt: (text: string) => setAt({ text }),
    forget() {
      for (const set of [setTitle, setDue, setAt]) set({ text: '' })
    },
  }
}

type FormProps = Readonly<{ interactionId: InteractionId; begun: BegunTask; onDone(): void }>

function Form({ interactionId, begun, onDone }: FormProps) {
  const t = useText()
  const make = useMakeTask()
  const { title, when, at, setTitle, setWhen, setAt } = begun
  const dueAt = dueAtOf(when, at, Date.now())
  const isComplete = title.trim() !== '' && dueAt !== undefined
  const keep = (): void => {
    if (!isComplete) return
    make.mutate({ title: title.trim(), dueAt, interaction: interactionId }, { onSuccess: onDone })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        keep()
      }}
    >
      <Stack gap="md">
        <TextInput
          data-autofocus
          label={t('tasks.title')}
          value={title}
          maxLength={500}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('tasks.due')}
          value={when}
          data={whens.map((value) => ({ value, label: t(`tasks.due.${value}`) }))}
          onChange={(event) => setWhen(event.currentTarget.value)}
        />
        {when === 'at' && (
          <TextInput
            type="datetime-local"
            label={t('tasks.due.exact')}
            value={at}
            onChange={(event) => setAt(event.currentTarget.value)}
          />
        )}
        <ActionButton
          label={t('tasks.keep')}
          tone="main"
          onAct={keep}
          disabled={!isComplete}
          loading={make.isPending}
        />
      </Stack>
    </form>
  )
}

/** As ISO 8601; null: no day is named; undefined: not said yet. */
function dueAtOf(when: When, at: string, now: number): string | null | undefined {
  switch (when) {
    case 'never':
      return null
    case 'hour':
      return new Date(now + hourMs).toISOString()
    case 'tomorrow': {
      const morning = new Date(now)
      morning.setDate(morning.getDate() + 1)
      morning.setHours(morningHour, 0, 0, 0)
      return morning.toISOString()
    }
    case 'at': {
      const chosen = Date.parse(at)
      return Number.isNaN(chosen) ? undefined : new Date(chosen).toISOString()
    }
  }
}
