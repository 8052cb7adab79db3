/** What has a name and nothing else: skills, and the reasons that agents give for being away. */
import type { NotReadyReason } from '../../directory/label.ts'
import { useText } from '../languages/language.ts'
import type { Answer } from '../server/api.ts'
import { useList } from '../server/list.ts'
import { useEditing } from './editing.ts'
import { TextField } from './fields.tsx'
import { FormPage, Part, useSaved } from './form-page.tsx'
import { IdField, Loaded } from './identified.tsx'
import { ListPage } from './list-page.tsx'

type Label = NotReadyReason
type LabelFormProps = Readonly<{
  id: string | null
  path: string
  back: string
  words: Readonly<{ title: string; newTitle: string; backLabel: string; hint: string }>
}>

export function ReasonList() {
  const t = useText()
  return (
    <ListPage<Label>
      title={t('admin.reasons')}
      lead={t('admin.reasons.lead')}
      newLabel={t('admin.reasons.new')}
      path="/admin/reasons"
      items={useList<Label>('/api/not-ready-reasons')}
      nameOf={({ name }) => name}
      idOf={({ id }) => id}
      columns={[]}
      empty={t('admin.reasons.empty')}
    />
  )
}

export function ReasonPage({ id }: { id: string | null }) {
  const t = useText()
  const words = {
    title: t('admin.reason'),
    newTitle: t('admin.reasons.new'),
    backLabel: t('admin.reasons'),
    hint: t('admin.reasons.lead'),
  }
  return <LabelForm id={id} path="/api/not-ready-reasons" back="/admin/reasons" words={words} />
}

export function SkillPage({ id }: { id: string | null }) {
  const t = useText()
  const words = {
    title: t('admin.skill'),
    newTitle: t('admin.skills.new'),
    backLabel: t('admin.skills'),
    hint: t('admin.skills.lead'),
  }
  return <LabelForm id={id} path="/api/skills" back="/admin/skills" words={words} />
}

function LabelForm(props: LabelFormProps) {
  return (
    <Loaded<Label> path={props.path} id={props.id} fresh={{ id: '', name: '' }}>
      {(read) => <Form {...props} read={read} />}
    </Loaded>
  )
}

function Form({ id, path, back, words, read }: LabelFormProps & { read: Answer<Label> }) {
  const t = useText()
  const editing = useEditing({ path, id, read, onSaved: useSaved(back) })
  const { draft, set, errorAt } = editing
  return (
    <FormPage
      title={id === null ? words.newTitle : draft.name}
      back={back}
      backLabel={words.backLabel}
      editing={editing}
      removal={id === null ? null : { path, id }}
    >
      <Part title={words.title} text={words.hint}>
        <TextField
          autoFocus
          label={t('admin.name')}
          value={draft.name}
          error={errorAt('name')}
          onChange={(name) => set({ name })}
        />
        <IdField editing={editing} />
      </Part>
    </FormPage>
  )
}
