/** Setting up a contact centre: what there is on the left, what is being done on the right. */
import { Link, Route, Switch, useLocation } from 'wouter'
import { adminPlaces } from '../app/places.ts'
import { Shell } from '../app/shell.tsx'
import { AwayFromDesk } from '../desk/away-from-desk.tsx'
import { DeskStatus } from '../desk/desk-status.tsx'
import { Palette } from '../desk/palette.tsx'
import { useText } from '../languages/language.ts'
import { Icon } from '../look/icons.tsx'
import type { Me } from '../server/session.ts'
import { PreviewListPage, PreviewLists } from '../preview/list-pages.tsx'
import { FlowPage } from './flows/flow-page.tsx'
import { FlowList } from './flows/flow-list.tsx'
import { HoursList, HoursPage } from './hours-page.tsx'
import { MatrixPage } from './matrix-page.tsx'
import { NumberList, NumberPage } from './number-page.tsx'
import { Overview } from './overview.tsx'
import { ProviderPage } from './provider-page.tsx'
import { QueueList, QueuePage } from './queue-page.tsx'
import { ReasonList, ReasonPage, SkillPage } from './label-pages.tsx'
import { SignInRules } from './sign-in-rules.tsx'
import { SoundsPage } from './sounds-page.tsx'
import { UserList, UserPage } from './user-page.tsx'
import styles from './admin.module.css'

export function AdminPage({ me }: { me: Me }) {
  const t = useText()
  const [location, go] = useLocation()
  return (
    <Shell me={me} status={<DeskStatus />} search={<Palette me={me} onChoose={() => go('/desk')} />}>
      <div className={styles.admin}>
        <nav className={styles.places} aria-label={t('nav.admin')}>
          <h2>{t('nav.admin')}</h2>
          {adminPlaces.map(({ href, label, icon }) => (
            <Link key={href} href={href} aria-current={isAt(href, location) ? 'page' : undefined}>
              <Icon name={icon} />
              {t(label)}
            </Link>
          ))}
        </nav>
        <div className={styles.body}>
          <Page />
        </div>
      </div>
      <AwayFromDesk />
    </Shell>
  )
}

/** The first of them lies above all others. */
const isAt = (href: string, location: string): boolean =>
  href === '/admin' ? location === href : location.startsWith(href)

/** `new` stands where an id would: an id of our own can't be that, for ids of users are UUIDs and the rest is made here. */
const idOrNew = (id: string): string | null => (id === 'new' ? null : id)

function Page() {
  return (
    <Switch>
      <Route path="/admin/queues" component={QueueList} />
      <Route path="/admin/queues/:id">{({ id }) => <QueuePage key={id} id={idOrNew(id)} />}</Route>
      <Route path="/admin/users" component={UserList} />
      <Route path="/admin/users/:id">{({ id }) => <UserPage key={id} id={idOrNew(id)} />}</Route>
      <Route path="/admin/skills" component={MatrixPage} />
      <Route path="/admin/skills/:id">{({ id }) => <SkillPage key={id} id={idOrNew(id)} />}</Route>
      <Route path="/admin/hours" component={HoursList} />
      <Route path="/admin/hours/:id">{({ id }) => <HoursPage key={id} id={idOrNew(id)} />}</Route>
      <Route path="/admin/numbers" component={NumberList} />
      <Route path="/admin/numbers/:id">{({ id }) => <NumberPage key={id} id={idOrNew(id)} />}</Route>
      <Route path="/admin/lists">
        <PreviewLists base="/admin/lists" />
      </Route>
      <Route path="/admin/lists/:id">
        {({ id }) => <PreviewListPage key={id} base="/admin/lists" id={idOrNew(id)} />}
      </Route>
      <Route path="/admin/reasons" component={ReasonList} />
      <Route path="/admin/reasons/:id">{({ id }) => <ReasonPage key={id} id={idOrNew(id)} />}</Route>
      <Route path="/admin/sign-in" component={SignInRules} />
      <Route path="/admin/sign-in/:id">{({ id }) => <ProviderPage key={id} id={idOrNew(id)} />}</Route>
      <Route path="/admin/flows" component={FlowList} />
      <Route path="/admin/flows/:id">{({ id }) => <FlowPage key={id} id={idOrNew(id)} />}</Route>
      <Route path="/admin/sounds" component={SoundsPage} />
      <Route component={Overview} />
    </Switch>
  )
}
