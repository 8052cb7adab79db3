/** Address to page. Each desk is loaded when somebody first goes there. */
import { Button, Loader } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { Link, Redirect, Route, Switch } from 'wouter'
import { useText } from '../languages/language.ts'
import { mayActAs, useMe } from '../server/session.ts'
import { SignInPage } from '../sign-in/sign-in-page.tsx'
import { homeOf } from './places.ts'
import { Shell } from './shell.tsx'
import { Workplace } from './workplace.tsx'
import styles from './message.module.css'

const Desk = lazy(() => import('../desk/desk-page.tsx').then(({ DeskPage }) => ({ default: DeskPage })))
const Floor = lazy(() => import('../supervisor/floor-page.tsx').then(({ FloorPage }) => ({ default: FloorPage })))
const Lists = lazy(() => import('../preview/lists-page.tsx').then(({ ListsPage }) => ({ default: ListsPage })))
const Admin = lazy(() => import('../admin/admin-page.tsx').then(({ AdminPage }) => ({ default: AdminPage })))

const Enrol = lazy(() => import('../account/enrol-page.tsx').then(({ EnrolPage }) => ({ default: EnrolPage })))
const ChoosePassword = lazy(() =>
  import('../account/choose-password-page.tsx').then((page) => ({ default: page.ChoosePasswordPage })),
)

export function Pages() {
  const { data: me, isError, failureCount } = useMe()
  if (me === undefined) return <Waiting troubled={isError || failureCount > 1} />
  if (me === null) return <SignInPage />
  if (me.passwordDue) {
    return (
      <Suspense fallback={<Waiting troubled={false} />}>
        <ChoosePassword />
      </Suspense>
    )
  }
  if (me.secondFactorDue) {
    return (
      <Suspense fallback={<Waiting troubled={false} />}>
        <Enrol />
      </Suspense>
    )
  }
  return (
    <Workplace key={me.id} me={me}>
      <Suspense fallback={<Waiting troubled={false} />}>
        <Switch>
          <Route path="/">
            <Redirect to={homeOf(me)} replace />
          </Route>
          <Route path="/desk/*?">
            <Desk me={me} />
          </Route>
          {mayActAs(me, 'supervisor') && (
            <Route path="/floor/lists/*?">
              <Lists me={me} />
            </Route>
          )}
          {mayActAs(me, 'supervisor') && (
            <Route path="/floor/*?">
              <Floor me={me} />
            </Route>
          )}
          {mayActAs(me, 'admin') && (
            <Route path="/admin/*?">
              <Admin me={me} />
            </Route>
          )}
          <Route>
            <Shell me={me}>
              <NotFound />
            </Shell>
          </Route>
        </Switch>
      </Suspense>
    </Workplace>
  )
}

function Waiting({ troubled }: { troubled: boolean }) {
  const t = useText()
  return (
    <main className={styles.message} aria-busy="true">
      <h1 hidden>{t('app.name')}</h1>
      <Loader role="status" aria-label={t('app.loading')} />
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
