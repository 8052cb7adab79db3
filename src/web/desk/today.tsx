/** My own figures of the day, beside what I aim at. */
import { useQuery } from '@tanstack/react-query'
import type { Goals } from '../../directory/goals.ts'
import type { InteractionItem, PageOf } from '../customer/story.ts'
import { clock } from '../languages/format.ts'
import { useText } from '../languages/language.ts'
import { useDesk } from '../live/use-desk.ts'
import { get } from '../server/api.ts'
import type { Me } from '../server/session.ts'
import styles from './today.module.css'

const goalsEveryMs = 5 * 60_000

export function Today({ me }: { me: Me }) {
  const t = useText()
  const { work } = useDesk()
  const midnight = new Date().setHours(0, 0, 0, 0)
  const { data } = useQuery({
    // Anew whenever my work has changed.
    queryKey: ['today', midnight, work.length],
    queryFn: () =>
      get<PageOf<InteractionItem>>(
        `/api/interactions?agent=${me.id}&from=${encodeURIComponent(new Date(midnight).toISOString())}&limit=200`,
      ),
    placeholderData: (before) => before,
  })
  const { data: goals } = useQuery({
    queryKey: ['goals', 'mine'],
    queryFn: () => get<Goals>('/api/me/goals'),
    staleTime: 60_000,
    refetchInterval: goalsEveryMs,
  })
  const handled = data?.items.filter(({ endedAt, answeredAt }) => endedAt !== null && answeredAt !== null) ?? []
  const handlingMs = handled.reduce((sum, { talkMs, holdMs, wrapUpMs }) => sum + talkMs + holdMs + wrapUpMs, 0)
  const averageMs = handled.length === 0 ? null : handlingMs / handled.length
  const wanted = goals?.handled ?? null
  const longestMs = goals?.handlingMs ?? null
  return (
    <dl className={styles.today} aria-label={t('today.label')}>
      <div>
        <dt>{t('today.handled')}</dt>
        <dd data-met={wanted !== null && handled.length >= wanted}>
          {handled.length}
          {wanted !== null && <Goal text={String(wanted)} />}
        </dd>
      </div>
      <div>
        <dt>
          <abbr title={t('today.ahtWhole')}>{t('today.aht')}</abbr>
        </dt>
        <dd data-met={longestMs !== null && averageMs !== null && averageMs <= longestMs}>
          {averageMs === null ? '–' : clock(averageMs)}
          {longestMs !== null && <Goal text={clock(longestMs)} />}
        </dd>
      </div>
    </dl>
  )
}

function Goal({ text }: { text: string }) {
  const t = useText()
  return (
    <small>
      {' / '}
      <abbr title={t('today.goal')}>{text}</abbr>
    </small>
  )
}
