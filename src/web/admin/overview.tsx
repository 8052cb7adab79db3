/** What a contact centre needs before the first call, in order, and what of it is there. */
import { Link } from 'wouter'
import type { EntryPoint } from '../../directory/entry-point.ts'
import type { Hours } from '../../directory/hours.ts'
import type { Queue } from '../../directory/queue.ts'
import type { User } from '../../directory/user.ts'
import { useText, type MessageKey } from '../languages/language.ts'
import type { FlowSummary } from './flows/flow-server.ts'
import adminStyles from './admin.module.css'
import { useList } from '../server/list.ts'
import styles from './overview.module.css'

type Step = Readonly<{
  href: string
  label: MessageKey
  text: MessageKey
  /** undefined: not known yet. */
  count: number | undefined
}>

export function Overview() {
  const t = useText()
  const queues = useList<Queue>('/api/queues')
  const users = useList<User>('/api/users')
  const hours = useList<Hours>('/api/hours')
  const flows = useList<FlowSummary>('/api/flows')
  const numbers = useList<EntryPoint>('/api/entry-points')
  const serving = users?.filter(({ enabled, agent }) => enabled && agent !== null && agent.queueIds.length > 0)
  const steps: readonly Step[] = [
    { href: '/admin/hours', label: 'admin.hours', text: 'admin.step.hours', count: hours?.length },
    { href: '/admin/queues', label: 'admin.queues', text: 'admin.step.queues', count: queues?.length },
    { href: '/admin/users', label: 'admin.users', text: 'admin.step.users', count: serving?.length },
    {
      href: '/admin/flows',
      label: 'admin.flows',
      text: 'admin.step.flows',
      count: flows?.filter(({ publishedVersion }) => publishedVersion !== null).length,
    },
    {
      href: '/admin/numbers',
      label: 'admin.numbers',
      text: 'admin.step.numbers',
      count: numbers?.filter(({ enabled }) => enabled).length,
    },
  ]
  const next = steps.find(({ count }) => count === 0)
  return (
    <div className={adminStyles.page}>
      <header className={adminStyles.head}>
        <h1>{t('admin.overview')}</h1>
      </header>
      <p className={adminStyles.lead}>{t(next === undefined ? 'admin.overview.ready' : 'admin.overview.text')}</p>
      <ol className={styles.steps}>
        {steps.map(({ href, label, text, count }, i) => (
          <li key={href} data-done={count !== undefined && count > 0} data-next={next?.href === href}>
            <span className={styles.mark} aria-hidden="true">
              {count !== undefined && count > 0 ? '✓' : i + 1}
            </span>
            <div>
              <Link href={href}>{t(label)}</Link>
              <p>{t(text)}</p>
            </div>
            {count !== undefined && <span className={styles.count}>{t('admin.step.count', { count })}</span>}
          </li>
        ))}
      </ol>
    </div>
  )
}
