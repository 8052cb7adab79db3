/** What everything with an id of its own shares: how it is read before it is edited, and how its id comes about. */
import { Loader } from '@mantine/core'
import { useEffect, useState, type ReactNode } from 'react'
import { useText } from '../languages/language.ts'
import { tell, type Answer } from '../server/api.ts'
import { useOne, type Editing } from './editing.ts'
import { TextField } from './fields.tsx'
import styles from './admin.module.css'

type LoadedProps<T> = Readonly<{
  path: string
  id: string | null
  /** What a new one begins as. */
  fresh: T
  children(read: Answer<T>): ReactNode
}>

export function Loaded<T>({ path, id, fresh, children }: LoadedProps<T>) {
  return id === null ? children({ value: fresh, revision: null }) : <Existing path={path} id={id} render={children} />
}

type ExistingProps<T> = Readonly<{ path: string; id: string; render(read: Answer<T>): ReactNode }>

function Existing<T>({ path, id, render }: ExistingProps<T>) {
  const t = useText()
  const { data, error } = useOne<T>(path, id)
  // What is edited stays as it was read, whatever is read later.
  const [first, setFirst] = useState<Answer<T> | null>(null)
  useEffect(() => {
    if (data !== undefined) setFirst((before) => before ?? data)
  }, [data])
  if (error !== null && first === null) {
    return (
      <p className={styles.empty} role="alert">
        {tell(error, t)}
      </p>
    )
  }
  return first === null ? <Loader role="status" aria-label={t('app.loading')} m="xl" /> : render(first)
}

/** Made from the name until somebody writes one; afterwards it never changes. */
export function IdField({ editing }: { editing: Editing<{ id: string; name: string }> }) {
  const t = useText()
  const { draft, set, isNew, errorAt } = editing
  return (
    <TextField
      label={t('admin.id')}
      hint={t('admin.id.hint')}
      value={draft.id}
      disabled={!isNew}
      error={errorAt('id')}
      onChange={(id) => set({ id })}
    />
  )
}
