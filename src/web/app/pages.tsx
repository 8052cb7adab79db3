/** Address to page. Each desk is loaded when somebody first goes there. */
import { Button, Loader } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { Link, Redirect, Route, Switch } from 'wouter'
import { useText } from '../languages/language.ts'
import { useMe } from '../server/session.ts'
import { SignInPage } from '../sign-in/sign-in-page.tsx'
import { Shell } from './shell.tsx'
import styles from './message.module.css'

const Desk = lazy(() => import('../desk/desk-page.tsx').then(({ DeskPage }) => ({ default: DeskPage })))

export function Pages() {
  const { data: me, isError, failureCount } = useMe()
  if (me === undefined) return <Waiting troubled={isError || failureCount > 1} />
  if (me === null) return <SignInPage />
  return (
    <Suspense fallback={<Waiting troubled={false} />}>
      <Switch>
        <Route path="/">
          <Redirect to="/desk" replace />
        </Route>
        <Route path="/desk/*?">
          <Desk me={me} />
        </Route>
        <Route>
          <Shell me={me}>
            <NotFound />
          </Shell>
        </Route>
      </Switch>
    </Suspense>
  )
}

function Waiting({ troubled }: { troubled: boolean }) {
  const t = useText()
  return (
    <main className={styles.message} aria-busy="true">
      <h1 hidden>{t('app.name')}</h1>
      <Loader aria-label={t('app.loading')} />
      {troubled && <p role="status">{t('app.unavailable')}</p>}
    </main>
  )
}

function NotFound() {
  const t = useText()
  return (
    <div className={styles.message}>
      <h1>{t('app.notFound.title')}</h1>
      <p>{t('app.notFound.text')}</p>
      <Button component={Link} href="/">
        {t('app.notFound.action')}
      </Button>
    </div>
  )
}
