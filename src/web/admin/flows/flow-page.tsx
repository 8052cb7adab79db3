/** One flow: begun from a name, then worked on as text. A drawing of it will stand beside the text as a second view. */
import { Loader } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { Queue } from '../../../directory/queue.ts'
import { ActionButton } from '../../keys/action-button.tsx'
import { useLanguage, useText } from '../../languages/language.ts'
import { call, tell } from '../../server/api.ts'
import { useList } from '../../server/list.ts'
import styles from '../admin.module.css'
import { idFrom } from '../editing.ts'
import { TextField } from '../fields.tsx'
import { Part } from '../form-page.tsx'
import { FlowEditor } from './flow-editor.tsx'
import { readDraft, readVersion, useFlow, type SavedDraft } from './flow-server.ts'
import { template } from './template.ts'

export function FlowPage({ id }: { id: string | null }) {
  return id === null ? <NewFlow /> : <ExistingFlow id={id} />
}

function NewFlow() {
  const t = useText()
  const language = useLanguage()
  const [, go] = useLocation()
  const [name, setName] = useState('')
  const queues = useList<Queue>('/api/queues') ?? []
  const id = idFrom(name)
  const beginning = useMutation({
    mutationFn: () =>
      call<SavedDraft>('PUT', `/api/flow-drafts/${id}`, {
        yaml: template(id, language, queues[0]?.id ?? 'support'),
        revision: null,
        baseVersion: null,
      }),
    onSuccess: () => go(`/admin/flows/${id}`),
  })
  return (
    <form
      className={styles.page}
      onSubmit={(event) => {
        event.preventDefault()
        beginning.mutate()
      }}
    >
      <Link href="/admin/flows" className={styles.back}>
        ← {t('admin.flows')}
      </Link>
      <header className={styles.head}>
        <h1>{t('admin.flows.new')}</h1>
      </header>
      <Part title={t('admin.flow')} text={t('admin.flow.new.text')}>
        <TextField
          autoFocus
          label={t('admin.name')}
          hint={id === '' ? undefined : `${t('admin.id')}: ${id}`}
          value={name}
          error={beginning.error === null ? undefined : tell(beginning.error, t)}
          onChange={setName}
        />
      </Part>
      <footer className={styles.actions}>
        <ActionButton
          tone="main"
          label={t('admin.create')}
          shortcut="ctrl+s"
          disabled={id === ''}
          loading={beginning.isPending}
          onAct={() => beginning.mutate()}
        />
      </footer>
    </form>
  )
}

function ExistingFlow({ id }: { id: string }) {
  const t = useText()
  const { data: flow, error } = useFlow(id)
  // What the editor begins with: read once, for afterwards it is the editor that knows better.
  const begun = useQuery({
    queryKey: ['flow-begun', id],
    queryFn: async () => {
      const draft = await readDraft(id)
      const latest = flow?.latestVersion ?? 0
      const text = draft?.yaml ?? (latest === 0 ? '' : await readVersion(id, flow?.publishedVersion ?? latest))
      return { draft, text }
    },
    enabled: flow !== undefined,
    staleTime: Infinity,
    gcTime: 0,
  })
  const failure = error ?? begun.error
  if (failure !== null && begun.data === undefined)
    return (
      <p className={styles.empty} role="alert">
        {tell(failure, t)}
      </p>
    )
  if (flow === undefined || begun.data === undefined)
    return <Loader role="status" aria-label={t('app.loading')} m="xl" />
  if (flow === null && begun.data.draft === null)
    return (
      <p className={styles.empty} role="alert">
        {t('admin.flow.unknown', { id })}
      </p>
    )
  return <FlowEditor id={id} flow={flow} draft={begun.data.draft} text={begun.data.text} />
}
