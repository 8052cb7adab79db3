/** An article of the knowledge base beside the conversation: read, and put into the reply. */
import { Loader, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { publishedSchema } from '../../knowledge/schemas.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { useLanguage, useText } from '../languages/language.ts'
import { get } from '../server/api.ts'
import { insertIntoReply, takesReply } from '../written/insertion.ts'
import styles from './article-dialog.module.css'

type Published = z.output<typeof publishedSchema>

export function ArticleDialog({ id, onClose }: { id: string | null; onClose(): void }) {
  const t = useText()
  const language = useLanguage()
  const { data, isError } = useQuery({
    queryKey: ['article', id, language],
    queryFn: () => get<Published>(`/api/articles/${id ?? ''}/published?languages=${language},en`),
    enabled: id !== null,
  })
  return (
    <Modal
      opened={id !== null}
      onClose={onClose}
      title={data?.title ?? t('palette.article')}
      closeButtonProps={{ 'aria-label': t('close') }}
      size="lg"
    >
      {data === undefined ? (
        isError ? (
          <p role="alert">{t('failure.server')}</p>
        ) : (
          <Loader role="status" aria-label={t('app.loading')} />
        )
      ) : (
        <>
          <div className={styles.body} lang={data.language} tabIndex={0} role="document" aria-label={data.title}>
            {data.body}
          </div>
          {takesReply() && (
            <ActionButton
              label={t('article.insert')}
              tone="main"
              onAct={() => {
                insertIntoReply(data.body)
                onClose()
              }}
            />
          )}
        </>
      )}
    </Modal>
  )
}
