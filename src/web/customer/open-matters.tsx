/** What is still open with a customer: cases, tasks, where they have just been. */
import type { CustomerCard } from '../../history/customer/card-routes.ts'
import { moment } from '../languages/format.ts'
import { useLocale, useText } from '../languages/language.ts'
import styles from './customer-panel.module.css'

export function OpenMatters({ card }: { card: CustomerCard }) {
  const t = useText()
  const locale = useLocale()
  const { openCases, tasks, journey } = card
  const now = Date.now()
  const when = (at: string): string => moment(Date.parse(at), now, locale)
  return (
    <>
      {openCases.length > 0 && (
        <section aria-label={t('customer.openCases')}>
          <h3>{t('customer.openCases')}</h3>
          <ul className={styles.matters}>
            {openCases.map(({ id, subject, openedAt }) => (
              <li key={id}>
                {subject} <small>{when(openedAt)}</small>
              </li>
            ))}
          </ul>
        </section>
      )}
      {tasks.length > 0 && (
        <section aria-label={t('customer.tasks')}>
          <h3>{t('customer.tasks')}</h3>
          <ul className={styles.matters}>
            {tasks.map(({ id, title, dueAt }) => (
              <li key={id}>
                {title} {dueAt !== null && <small>{when(dueAt)}</small>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {journey.length > 0 && (
        <section aria-label={t('customer.journey')}>
          <h3>{t('customer.journey')}</h3>
          <ul className={styles.matters}>
            {journey.slice(0, 5).map(({ id, at, title, url, kind }) => (
              <li key={id}>
                {title ?? url ?? kind} <small>{when(at)}</small>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
