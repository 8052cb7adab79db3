/** A form that fills the page: its title, its parts, and what can be done with it. Ctrl S saves, as everywhere. */
import { Alert, Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState, type ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { ActionButton } from '../keys/action-button.tsx'
import { useKey } from '../keys/keys.ts'
import { moment } from '../languages/format.ts'
import { useLocale, useText } from '../languages/language.ts'
import { tell } from '../server/api.ts'
import { useRemoval, type Editing } from './editing.ts'
import styles from './admin.module.css'

type FormPageProps<T extends object> = Readonly<{
  title: string
  /** Where the list is. */
  back: string
  backLabel: string
  editing: Editing<T>
  /** null: it can't be removed, or isn't there yet. */
  removal: Readonly<{ path: string; id: string }> | null
  /** Beside the title. */
  aside?: ReactNode
  children: ReactNode
}>

export function FormPage<T extends object>(props: FormPageProps<T>) {
  const { title, back, backLabel, editing, removal, aside, children } = props
  const t = useText()
  return (
    <form
      className={styles.page}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        editing.save()
      }}
    >
      <Link href={back} className={styles.back}>
        ← {backLabel}
      </Link>
      <header className={styles.head}>
        <h1>{title}</h1>
        {aside}
      </header>
      {children}
      <footer className={styles.foot}>
        <Trouble editing={editing} />
        <div className={styles.actions}>
          <ActionButton
            tone="main"
            label={editing.isNew ? t('admin.create') : t('admin.save')}
            shortcut="ctrl+s"
            loading={editing.isSaving}
            onAct={editing.save}
          />
          <Button component={Link} href={back} variant="default">
            {t('admin.cancel')}
          </Button>
          {removal !== null && <Removal {...removal} name={title} back={back} />}
        </div>
      </footer>
    </form>
  )
}

function Trouble<T extends object>({ editing }: { editing: Editing<T> }) {
  const t = useText()
  const locale = useLocale()
  const { overtaken, failure } = editing
  if (overtaken !== null) {
    const at = overtaken.at === null ? '' : moment(Date.parse(overtaken.at), Date.now(), locale)
    return (
      <Alert color="yellow" role="alert" title={t('admin.overtaken', { name: overtaken.by ?? '?', at })}>
        <p>{t('admin.overtaken.text')}</p>
        <div className={styles.actions}>
          <ActionButton label={t('admin.overtaken.theirs')} onAct={editing.takeTheirs} />
          <ActionButton label={t('admin.overtaken.mine')} onAct={editing.saveAnyway} />
        </div>
      </Alert>
    )
  }
  if (failure === null) return null
  return (
    <Alert color="red" role="alert">
      {tell(failure, t)}
    </Alert>
  )
}

function Removal({ path, id, name, back }: { path: string; id: string; name: string; back: string }) {
  const t = useText()
  const [isSure, setSure] = useState(false)
  const removal = useRemoval(path, id, back)
  useKey('Escape', () => setSure(false), isSure)
  return (
    <span className={styles.removal}>
      {removal.error !== null && <span role="alert">{tell(removal.error, t)}</span>}
      {isSure ? (
        <ActionButton
          tone="late"
          label={t('admin.remove.sure', { name })}
          loading={removal.isPending}
          onAct={() => removal.mutate(undefined, { onError: () => setSure(false) })}
        />
      ) : (
        <ActionButton tone="late" label={t('admin.remove')} onAct={() => setSure(true)} />
      )}
    </span>
  )
}

export function Part({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <fieldset className={styles.part}>
      <legend>{title}</legend>
      {text !== undefined && <p>{text}</p>}
      <div className={styles.fields}>{children}</div>
    </fieldset>
  )
}

/** Says so, and goes back to the list. */
export function useSaved(back: string): () => void {
  const t = useText()
  const [, go] = useLocation()
  return () => {
    notifications.show({ message: t('admin.saved') })
    go(back)
  }
}
