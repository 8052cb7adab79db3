/** Every version with who made it and when; each can be compared, taken up again, or put back into service. */
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ActionButton } from '../../keys/action-button.tsx'
import { moment } from '../../languages/format.ts'
import { useLocale, useText } from '../../languages/language.ts'
import { call, tell } from '../../server/api.ts'
import adminStyles from '../admin.module.css'
import { readVersion, type Flow, type VersionLine } from './flow-server.ts'
import styles from './flow-editor.module.css'

type VersionsProps = Readonly<{
  flow: Flow
  compared: number | null
  onCompare(version: number | null): void
  /** The text of a version, to work on. */
  onTake(text: string): void
}>

const atFirst = 8

export function Versions({ flow, compared, onCompare, onTake }: VersionsProps) {
  const t = useText()
  const client = useQueryClient()
  const [showsAll, setShowsAll] = useState(false)
  const publishing = useMutation({
    mutationFn: (version: number) =>
      call('POST', `/api/flows/${flow.id}/${version < (flow.publishedVersion ?? 0) ? 'rollback' : 'publish'}`, {
        version,
        expectedPublished: flow.publishedVersion,
      }),
    onError: (error) => notifications.show({ color: 'red', message: tell(error, t) }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['flow', flow.id] }),
        client.invalidateQueries({ queryKey: ['list'] }),
      ]),
  })
  const newestFirst = flow.versions.toReversed()
  const shown = showsAll ? newestFirst : newestFirst.slice(0, atFirst)
  return (
    <section aria-label={t('admin.flow.versions')}>
      <h2>
        {t('admin.flow.versions')} <span>{flow.versions.length}</span>
      </h2>
      <ul>
        {shown.map((line) => (
          <li key={line.version} className={styles.version}>
            <VersionHead line={line} flow={flow} />
            <div className={adminStyles.actions}>
              <ActionButton
                label={t('admin.flow.compare')}
                pressed={compared === line.version}
                onAct={() => onCompare(compared === line.version ? null : line.version)}
              />
              <ActionButton
                label={t('admin.flow.take')}
                onAct={() => {
                  onCompare(null)
                  void readVersion(flow.id, line.version).then(onTake)
                }}
              />
              {!line.published && (
                <ActionButton
                  label={t(line.version < (flow.publishedVersion ?? 0) ? 'admin.flow.rollBack' : 'admin.flow.publish')}
                  loading={publishing.isPending && publishing.variables === line.version}
                  onAct={() => publishing.mutate(line.version)}
                />
              )}
            </div>
          </li>
        ))}
      </ul>
      {newestFirst.length > shown.length && (
        <ActionButton label={t('admin.flow.allVersions')} onAct={() => setShowsAll(true)} />
      )}
    </section>
  )
}

function VersionHead({ line, flow }: { line: VersionLine; flow: Flow }) {
  const t = useText()
  const locale = useLocale()
  const when = (at: string): string => moment(Date.parse(at), Date.now(), locale)
  const publication = flow.publications.find(({ version }) => version === line.version)
  return (
    <>
      <b>
        {t('admin.flow.version', { version: line.version })}{' '}
        {line.published && (
          <span className={adminStyles.pill} data-tone="signal">
            {t('admin.flow.published')}
          </span>
        )}
      </b>
      <small>{t('admin.flow.madeBy', { name: line.createdBy, at: when(line.createdAt) })}</small>
      {publication !== undefined && (
        <small>{t('admin.flow.publishedBy', { name: publication.by, at: when(publication.at) })}</small>
      )}
    </>
  )
}
