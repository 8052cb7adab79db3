/** Where I am signed in, and how that ends. */
import { Alert, Button } from '@mantine/core'
import type { Session } from '../../access/session-list-routes.ts'
import { moment } from '../languages/format.ts'
import { useLocale, useText, type Text } from '../languages/language.ts'
import { tell } from '../server/api.ts'
import { useEndOthers, useEndSession, useSessions } from './account.ts'
import styles from './account.module.css'

export function SessionSection() {
  const t = useText()
  const { data: sessions = [] } = useSessions()
  const endOne = useEndSession()
  const endOthers = useEndOthers()
  const error = endOne.error ?? endOthers.error
  return (
    <section className={styles.section} aria-labelledby="sessions-title">
      <h2 id="sessions-title">{t('account.sessions')}</h2>
      {error !== null && (
        <Alert color="red" variant="light" role="alert">
          {tell(error, t)}
        </Alert>
      )}
      <ul className={styles.list} aria-labelledby="sessions-title">
        {sessions.map((session) => (
          <SessionLine key={session.id} session={session} onEnd={() => endOne.mutate(session.id)} />
        ))}
      </ul>
      {sessions.length > 1 && (
        <div className={styles.actions}>
          <Button variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {t('account.sessions.others')}
          </Button>
        </div>
      )}
    </section>
  )
}

export function SessionLine({ session, onEnd }: { session: Session; onEnd(): void }) {
  const t = useText()
  const locale = useLocale()
  const when = (at: string): string => moment(Date.parse(at), Date.now(), locale)
  const device = deviceIn(session, t)
  const how = t(`account.method.${session.method}`)
  return (
    <li>
      <span className={styles.what}>
        <b>
          {device}
          {session.current && <em>{t('account.sessions.this')}</em>}
        </b>
        <small>
          {[
            session.address ?? '',
            session.strong && session.method === 'password' ? t('account.method.strong') : how,
            t('account.sessions.since', { when: when(session.since) }),
            t('account.sessions.seen', { when: when(session.lastSeenAt) }),
          ]
            .filter((part) => part !== '')
            .join(' · ')}
        </small>
      </span>
      {!session.current && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t('account.sessions.endOne', { device })}
          onClick={onEnd}
        >
          {t('account.signOut')}
        </Button>
      )}
    </li>
  )
}

function deviceIn({ browser, system }: Session, t: Text): string {
  if (browser !== null && system !== null) return t('account.sessions.device', { browser, system })
  return browser ?? system ?? t('account.sessions.program')
}
