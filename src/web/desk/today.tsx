/** My own figures of the day. */
import { useQuery } from '@tanstack/react-query'
import type { InteractionItem, PageOf } from '../customer/story.ts'
import { clock } from '../languages/format.ts'
import { useText } from '../languages/language.ts'
import { useDesk } from '../live/use-desk.ts'
import { get } from '../server/api.ts'
import type { Me } from '../server/session.ts'
import styles from './today.module.css'

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
  const handled = data?.items.filter(({ endedAt, answeredAt }) => endedAt !== null && answeredAt !== null) ?? []
  const handlingMs = handled.reduce((sum, { talkMs, holdMs, wrapUpMs }) => sum + talkMs + holdMs + wrapUpMs, 0)
  return (
    <dl className={styles.today} aria-label={t('today.label')}>
      <div>
        <dt>{t('today.handled')}</dt>
        <dd>{handled.length}</dd>
      </div>
      <div>
        <dt>
          <abbr title={t('today.ahtWhole')}>{t('today.aht')}</abbr>
        </dt>
        <dd>{handled.length === 0 ? '–' : clock(handlingMs / handled.length)}</dd>
      </div>
    </dl>
  )
}
