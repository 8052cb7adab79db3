/** Preview lists as supervisors have them, beside the floor. */
import { Route, Switch, useLocation } from 'wouter'
import { Shell } from '../app/shell.tsx'
import { AwayFromDesk } from '../desk/away-from-desk.tsx'
import { DeskStatus } from '../desk/desk-status.tsx'
import { Palette } from '../desk/palette.tsx'
import type { Me } from '../server/session.ts'
import { PreviewListPage, PreviewLists } from './list-pages.tsx'
import styles from './lists.module.css'

const base = '/floor/lists'

export function ListsPage({ me }: { me: Me }) {
  const [, go] = useLocation()
  return (
    <Shell me={me} status={<DeskStatus />} search={<Palette me={me} onChoose={() => go('/desk')} />}>
      <div className={styles.page}>
        <Switch>
          <Route path={`${base}/:id`}>
            {({ id }) => <PreviewListPage key={id} base={base} id={id === 'new' ? null : id} />}
          </Route>
          <Route>
            <PreviewLists base={base} />
          </Route>
        </Switch>
      </div>
      <AwayFromDesk />
    </Shell>
  )
}
