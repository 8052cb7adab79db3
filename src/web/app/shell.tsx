/** The bar above every desk, and the desk below it. A desk puts its own parts in the bar: presence, search, figures. */
import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { useText, type MessageKey } from '../languages/language.ts'
import type { Role } from '../../platform/http/principal.ts'
import { mayActAs, type Me } from '../server/session.ts'
import { AccountMenu } from './account-menu.tsx'
import { Brand } from './brand.tsx'
import styles from './shell.module.css'

type DeskLink = Readonly<{ href: string; label: MessageKey; role: Role }>

/** In the order of the bar; each is shown to who may use it. */
const desks: readonly DeskLink[] = [{ href: '/desk', label: 'nav.desk', role: 'agent' }]

type ShellProps = Readonly<{
  me: Me
  /** Beside the name: what is always in sight. */
  status?: ReactNode
  /** In the middle. */
  search?: ReactNode
  /** Before the account. */
  aside?: ReactNode
  children: ReactNode
}>

export function Shell({ me, status, search, aside, children }: ShellProps) {
  const t = useText()
  const [location] = useLocation()
  const mine = desks.filter(({ role }) => mayActAs(me, role))
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        {t('app.skip')}
      </a>
      <header className={styles.bar}>
        <Brand />
        {mine.length > 1 && (
          <nav aria-label={t('nav.label')} className={styles.desks}>
            {mine.map(({ href, label }) => (
              <Link key={href} href={href} aria-current={location.startsWith(href) ? 'page' : undefined}>
                {t(label)}
              </Link>
            ))}
          </nav>
        )}
        {status}
        <div className={styles.middle}>{search}</div>
        {aside}
        <AccountMenu me={me} />
      </header>
      <main id="content" className={styles.content} tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}
