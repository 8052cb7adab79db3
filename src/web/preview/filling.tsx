/** Puts customers on a list, from a table or a search, and says what became of every row. */
import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { Part } from '../admin/form-page.tsx'
import { ActionButton } from '../keys/action-button.tsx'
import { useText } from '../languages/language.ts'
import type { FilledAnswer } from '../../preview/entry-routes.ts'
import { call, tell } from '../server/api.ts'
import { listKey } from './on-list.tsx'
import styles from './lists.module.css'

export function Filling({ listId }: { listId: string }) {
  const t = useText()
  const client = useQueryClient()
  const fileId = useId()
  const [search, setSearch] = useState('')
  const filling = useMutation({
    mutationFn: async (from: Readonly<{ file: File }> | Readonly<{ search: string }>) => {
      const body = 'file' in from ? { csv: await from.file.text() } : from
      return call<FilledAnswer>('POST', `/api/preview-lists/${listId}/entries`, body)
    },
    onSettled: () => client.invalidateQueries({ queryKey: [listKey] }),
  })
  const found = (): void => {
    if (search.trim() !== '') filling.mutate({ search: search.trim() })
  }
  return (
    <Part title={t('lists.fill')} text={t('lists.fill.text')}>
      <div className={styles.file}>
        <label htmlFor={fileId}>{t('lists.fill.file')}</label>
        <input
          id={fileId}
          type="file"
          accept=".csv,.txt,.tsv,text/csv,text/plain"
          disabled={filling.isPending}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0]
            if (file !== undefined) filling.mutate({ file })
            // The same file may be chosen again once it was mended.
            event.currentTarget.value = ''
          }}
        />
      </div>
      <div className={styles.search}>
        <TextInput
          label={t('lists.fill.search')}
          value={search}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            found()
          }}
        />
        <ActionButton
          label={t('lists.fill.act')}
          disabled={search.trim() === ''}
          loading={filling.isPending}
          onAct={found}
        />
      </div>
      <div role="status" className={styles.result}>
        {filling.error !== null && <p data-tone="late">{tell(filling.error, t)}</p>}
        {filling.data !== undefined && <Result filled={filling.data} />}
      </div>
    </Part>
  )
}

function Result({ filled: { added, there, doNotCall, problems, problemCount } }: { filled: FilledAnswer }) {
  const t = useText()
  return (
    <>
      <p>
        {t('lists.filled.added', { n: added })}
        {there > 0 && ` ${t('lists.filled.there', { n: there })}`}
        {doNotCall > 0 && ` ${t('lists.filled.doNotCall', { n: doNotCall })}`}
      </p>
      {problemCount > 0 && (
        <>
          <p data-tone="late">{t('lists.filled.problems', { n: problemCount })}</p>
          <ul>
            {problems.map(({ row, number, problem }) => (
              <li key={`${row}-${problem}`}>
                {t('lists.filled.row', { row })} {number} – {t(`lists.problem.${problem}`)}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}
