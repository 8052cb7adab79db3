/** The parts of a queue's form: choosing an agent, ringing, waiting, and what callers hear meanwhile. */
import type { Proficiency } from '../../core/rules.ts'
import type { Skill } from '../../directory/label.ts'
import type { Queue } from '../../directory/queue.ts'
import { useText } from '../languages/language.ts'
import { useList } from '../server/list.ts'
import type { Editing } from './editing.ts'
import { ChoiceField, NumberField, Rows, SwitchField, TextField } from './fields.tsx'
import { Part } from './form-page.tsx'
import { SkillLevels } from './skill-levels.tsx'

const secondMs = 1_000

type PartProps = Readonly<{ editing: Editing<Queue> }>

export function Choosing({ editing, skills }: PartProps & { skills: readonly Skill[] }) {
  const t = useText()
  const { draft, set, errorAt } = editing
  return (
    <Part title={t('admin.queue.choosing')} text={t('admin.queue.choosing.text')}>
      <ChoiceField
        label={t('admin.selection')}
        value={draft.selection}
        choices={(['most-skilled', 'longest-idle'] as const).map((value) => ({
          value,
          label: t(`admin.selection.${value}`),
        }))}
        onChange={(selection) => set({ selection: selection as Queue['selection'] })}
      />
      <NumberField
        label={t('admin.queue.priority')}
        hint={t('admin.queue.priority.hint')}
        value={draft.priority}
        error={errorAt('priority')}
        onChange={(priority) => set({ priority: priority ?? 0 })}
      />
      <Seconds
        label={t('admin.queue.preferred')}
        hint={t('admin.queue.preferred.hint')}
        value={draft.preferredAgentHoldMs}
        error={errorAt('preferredAgentHoldMs')}
        onChange={(ms) => set({ preferredAgentHoldMs: ms ?? 0 })}
      />
      <SkillLevels
        label={t('admin.queue.requirement')}
        skills={skills}
        levels={draft.requirement}
        error={errorAt('requirement')}
        onChange={(requirement) => set({ requirement })}
      />
    </Part>
  )
}

export function Ringing({ editing: { draft, set, errorAt } }: PartProps) {
  const t = useText()
  return (
    <Part title={t('admin.queue.ringing')}>
      <Seconds
        label={t('admin.queue.ring')}
        hint={t('admin.queue.ring.hint')}
        value={draft.ringTimeoutMs}
        error={errorAt('ringTimeoutMs')}
        onChange={(ms) => set({ ringTimeoutMs: ms ?? 0 })}
      />
      <Seconds
        label={t('admin.queue.wrapUp')}
        hint={t('admin.queue.wrapUp.hint')}
        value={draft.wrapUpMs}
        error={errorAt('wrapUpMs')}
        onChange={(ms) => set({ wrapUpMs: ms ?? 0 })}
      />
      <Seconds
        label={t('admin.queue.serviceLevel')}
        hint={t('admin.queue.serviceLevel.hint')}
        value={draft.serviceLevelMs}
        error={errorAt('serviceLevelMs')}
        onChange={(ms) => set({ serviceLevelMs: ms ?? 0 })}
      />
      <SwitchField
        label={t('admin.queue.recording')}
        value={draft.recording}
        onChange={(recording) => set({ recording })}
      />
    </Part>
  )
}

export function Waiting({ editing: { draft, set, errorAt }, skills }: PartProps & { skills: readonly Skill[] }) {
  const t = useText()
  const others = (useList<Queue>('/api/queues') ?? []).filter(({ id }) => id !== draft.id)
  const choices = others.map(({ id: value, name }) => ({ value, label: name }))
  return (
    <Part title={t('admin.queue.waiting')}>
      <NumberField
        label={t('admin.queue.maxWaiting')}
        empty={t('admin.noLimit')}
        value={draft.maxWaiting}
        error={errorAt('maxWaiting')}
        onChange={(maxWaiting) => set({ maxWaiting })}
      />
      <Seconds
        label={t('admin.queue.maxWait')}
        empty={t('admin.noLimit')}
        value={draft.maxWaitMs}
        error={errorAt('maxWaitMs')}
        onChange={(maxWaitMs) => set({ maxWaitMs })}
      />
      <Rows
        label={t('admin.queue.overflow')}
        addLabel={t('admin.queue.overflow.add')}
        rows={draft.overflow}
        error={errorAt('overflow')}
        newRow={() => ({ afterMs: 60_000 + (draft.overflow.at(-1)?.afterMs ?? 0), toQueueId: others[0]?.id ?? '' })}
        onChange={(overflow) => set({ overflow: [...overflow] })}
        render={(row, change) => (
          <>
            <Seconds
              label={t('admin.after')}
              value={row.afterMs}
              onChange={(ms) => change({ ...row, afterMs: ms ?? 0 })}
            />
            <ChoiceField
              label={t('admin.queue.overflow.to')}
              value={row.toQueueId}
              choices={choices}
              onChange={(toQueueId) => change({ ...row, toQueueId })}
            />
          </>
        )}
      />
      {skills.length > 0 && (
        <Rows
          label={t('admin.queue.relaxation')}
          addLabel={t('admin.queue.relaxation.add')}
          rows={draft.relaxation}
          error={errorAt('relaxation')}
          newRow={() => ({ afterMs: 30_000 + (draft.relaxation.at(-1)?.afterMs ?? 0), skills: {} })}
          onChange={(relaxation) => set({ relaxation: [...relaxation] })}
          render={(row, change) => (
            <>
              <Seconds
                label={t('admin.after')}
                value={row.afterMs}
                onChange={(ms) => change({ ...row, afterMs: ms ?? 0 })}
              />
              {Object.keys(draft.requirement).map((skillId) => (
                <ChoiceField
                  key={skillId}
                  label={skills.find(({ id }) => id === skillId)?.name ?? skillId}
                  value={String((row.skills as Relaxed)[skillId] ?? '')}
                  choices={[
                    { value: '', label: t('admin.queue.relaxation.same') },
                    { value: '0', label: t('admin.queue.relaxation.none') },
                    ...[1, 2, 3, 4].map((level) => ({ value: String(level), label: String(level) })),
                  ]}
                  onChange={(level) => change({ ...row, skills: withLevel(row.skills, skillId, level) })}
                />
              ))}
            </>
          )}
        />
      )}
    </Part>
  )
}

type Relaxed = Record<string, Proficiency | 0>

function withLevel(skills: Relaxed, skillId: string, level: string): Relaxed {
  const { [skillId]: _, ...others } = skills
  return level === '' ? others : { ...others, [skillId]: Number(level) as Proficiency | 0 }
}

export function Hearing({ editing: { draft, set, errorAt } }: PartProps) {
  const t = useText()
  const { announcements } = draft
  return (
    <Part title={t('admin.queue.hearing')}>
      <TextField
        label={t('admin.queue.music')}
        hint={t('admin.queue.music.hint')}
        value={draft.music}
        error={errorAt('music')}
        onChange={(music) => set({ music })}
      />
      <Seconds
        label={t('admin.queue.announce')}
        hint={t('admin.queue.announce.hint')}
        value={announcements.everyMs}
        error={errorAt('announcements')}
        onChange={(ms) => set({ announcements: { ...announcements, everyMs: ms ?? 0 } })}
      />
      <TextField
        label={t('admin.queue.callerId')}
        hint={t('admin.queue.callerId.hint')}
        value={draft.callerId ?? ''}
        error={errorAt('callerId')}
        onChange={(callerId) => set({ callerId: callerId === '' ? null : callerId })}
      />
      <SwitchField
        label={t('admin.queue.announce.position')}
        value={announcements.position}
        onChange={(position) => set({ announcements: { ...announcements, position } })}
      />
      <SwitchField
        label={t('admin.queue.announce.wait')}
        value={announcements.wait}
        onChange={(wait) => set({ announcements: { ...announcements, wait } })}
      />
    </Part>
  )
}

function Seconds(props: Omit<Parameters<typeof NumberField>[0], 'per' | 'unit'>) {
  const t = useText()
  return <NumberField {...props} per={secondMs} unit={t('admin.seconds')} />
}
