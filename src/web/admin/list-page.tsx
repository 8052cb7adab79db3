/** Everything of one kind: a row each that leads to its form, a search once there are many, and a way to make one more. */
import { TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { ActionButton } from '../keys/action-button.tsx'
import { useText } from '../languages/language.ts'
import styles from './admin.module.css'

type Column<T> = Readonly<{ label: string; show(item: T): ReactNode }>

type ListPageProps<T> = Readonly<{
  title: string
  /** What these are for, for somebody who sees them for the first time. */
  lead: string
  newLabel: string
  /** Where `new` and the ids of the items lie below. */
  path: string
  /** undefined: not read yet. */
  items: readonly T[] | undefined
  nameOf(item: T): string
  idOf(item: T): string
  columns: readonly Column<T>[]
  empty: string
  aside?: ReactNode
}>

const manyItems = 12

export function ListPage<T>(props: ListPageProps<T>) {
  const { title, lead, newLabel, path, items, nameOf, idOf, columns, empty, aside } = props
  const t = useText()
  const [, go] = useLocation()
  const [search, setSearch] = useState('')
  const wanted = search.trim().toLocaleLowerCase()
  const shown = items?.filter((item) => `${nameOf(item)} ${idOf(item)}`.toLocaleLowerCase().includes(wanted)) ?? []
  return (
    <div className={`${styles.page} ${styles.wholeWidth}`}>
      <header className={styles.head}>
        <h1>{title}</h1>
        {aside}
        {items !== undefined && items.length > manyItems && (
          <TextInput
            aria-label={t('admin.search')}
            placeholder={t('admin.search')}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        )}
        <ActionButton tone="main" label={newLabel} shortcut="n" onAct={() => go(`${path}/new`)} />
      </header>
      <p className={styles.lead}>{lead}</p>
      {items !== undefined && items.length === 0 ? (
        <p className={styles.empty}>{empty}</p>
      ) : (
        <table className={styles.list}>
          <thead>
            <tr>
              <th scope="col">{t('admin.name')}</th>
              {columns.map(({ label }) => (
                <th key={label} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((item) => (
              <tr key={idOf(item)}>
                <td>
                  <Link href={`${path}/${idOf(item)}`}>{nameOf(item)}</Link>
                </td>
                {columns.map(({ label, show }) => (
                  <td key={label}>{show(item)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}
