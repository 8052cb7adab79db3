/** What I have to do, below the work that is live: what is due first. */
import { Checkbox } from '@mantine/core'
import { moment } from '../languages/format.ts'
import { useLocale, useText } from '../languages/language.ts'
import { useNow } from '../live/use-desk.ts'
import { useFinishTask, useMyTasks, type Task } from './tasks.ts'
import styles from './my-tasks.module.css'

export function MyTasks({ onOpenCustomer }: { onOpenCustomer(customerId: string): void }) {
  const t = useText()
  const tasks = useMyTasks()
  if (tasks.length === 0) return null
  return (
    <section aria-label={t('tasks.label')}>
      <h2>
        {t('tasks.label')} <span>{tasks.length}</span>
      </h2>
      <ul>
        {tasks.map((task) => (
          <TaskRow key={task.id} task={task} onOpenCustomer={onOpenCustomer} />
        ))}
      </ul>
    </section>
  )
}

function TaskRow({ task, onOpenCustomer }: { task: Task; onOpenCustomer(customerId: string): void }) {
  const t = useText()
  const locale = useLocale()
  const now = useNow()
  const finish = useFinishTask()
  const { title, customer } = task
  const dueAt = task.dueAt === null ? null : Date.parse(task.dueAt)
  const isDue = dueAt !== null && dueAt <= now
  return (
    <li className={styles.task}>
      <Checkbox
        size="xs"
        checked={finish.isPending}
        disabled={finish.isPending}
        aria-label={t('tasks.finish', { title })}
        onChange={() => finish.mutate(task)}
      />
      <span>{title}</span>
      <small data-due={isDue}>
        {dueAt !== null && moment(dueAt, now, locale)}
        {customer !== null && (
          <button type="button" onClick={() => onOpenCustomer(customer.id)}>
            {customer.name ?? t('customer.unknown')}
          </button>
        )}
      </small>
    </li>
  )
}
