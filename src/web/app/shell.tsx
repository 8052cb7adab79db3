/**
 * The bar above every desk, the desks on the left for whoever has more than one, and the desk itself. A desk puts its own parts
 * in the bar: presence, search, figures.
 */
import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { useText } from '../languages/language.ts'
import { useDesk } from '../live/use-desk.ts'
import { Icon } from '../look/icons.tsx'
import { mayActAs, type Me } from '../server/session.ts'
import { AccountMenu } from './account-menu.tsx'
import { Brand } from './brand.tsx'
import { DiskNotice } from './disk-notice.tsx'
import { desksOf } from './places.ts'
import styles from './shell.module.css'

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
  const hasDesks = desksOf(me).length > 1
  return (
    <div className={styles.shell} data-desks={hasDesks}>
      <a className={styles.skip} href="#content">
        {t('app.skip')}
      </a>
      <div className={styles.top}>
        <header className={styles.bar}>
          <Brand />
          {status}
          <div className={styles.middle}>{search}</div>
          {aside}
          <AccountMenu me={me} />
        </header>
        {mayActAs(me, 'supervisor') && <DiskNotice />}
      </div>
      {hasDesks && <Desks me={me} />}
      <main id="content" className={styles.content} tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}

function Desks({ me }: { me: Me }) {
  const t = useText()
  const [location] = useLocation()
  const { work } = useDesk()
  // Whoever rings is seen from every desk.
  const isRung = work.some(({ phase }) => phase === 'ringing')
  return (
    <nav aria-label={t('nav.label')} className={styles.desks}>
      {desksOf(me).map(({ href, label, icon }) => (
        <Link key={href} href={href} aria-current={location.startsWith(href) ? 'page' : undefined}>
          <Icon name={icon} size={20} />
          <span>{t(label)}</span>
          {href === '/desk' && work.length > 0 && <b data-rung={isRung}>{work.length}</b>}
        </Link>
      ))}
    </nav>
  )
}
