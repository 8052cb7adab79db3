/** How far a list has come, and who is on it: with everything that happened to each. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { EntryAnswer } from '../../preview/entry-routes.ts'
import type { ListAnswer } from '../../preview/list-routes.ts'
import { Part } from '../admin/form-page.tsx'
import { moment } from '../languages/format.ts'
import { useLocale, useText, type MessageKey, type Text } from '../languages/language.ts'
import { get } from '../server/api.ts'
import adminStyles from '../admin/admin.module.css'
import styles from './lists.module.css'

export const listKey = 'preview-list'
const figures = ['total', 'due', 'inHand', 'reached', 'notReached', 'skipped', 'leftOut'] as const
const askEveryMs = 10_000
/** Whoever reads further down reads in peace. */
const mostPagesAskedAgain = 4

export function OnList({ listId }: { listId: string }) {
  const t = useText()
  const { data: list } = useQuery({
    queryKey: [listKey, listId, 'progress'],
    queryFn: () => get<ListAnswer>(`/api/preview-lists/${listId}`),
    refetchInterval: askEveryMs,
  })
  return (
    <>
      <Part title={t('lists.progress')}>
        <dl className={styles.figures}>
          {figures.map((figure) => (
            <div key={figure}>
              <dt>{t(`lists.figure.${figure}`)}</dt>
              <dd>{list?.progress[figure] ?? '–'}</dd>
            </div>
          ))}
        </dl>
      </Part>
      <Entries listId={listId} />
    </>
  )
}

function Entries({ listId }: { listId: string }) {
  const t = useText()
  const locale = useLocale()
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: [listKey, listId, 'entries'],
    queryFn: ({ pageParam }) =>
      get<{ items: readonly EntryAnswer[]; next: number | null }>(
        `/api/preview-lists/${listId}/entries?limit=50${pageParam === null ? '' : `&after=${pageParam}`}`,
      ),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state }) =>
      state.data !== undefined && state.data.pages.length <= mostPagesAskedAgain ? askEveryMs : false,
  })
  const entries = data?.pages.flatMap(({ items }) => items) ?? []
  if (entries.length === 0) return null
  return (
    <Part title={t('lists.entries')}>
      <div className={styles.scroll} role="region" aria-label={t('lists.entries')} tabIndex={0}>
        <table className={adminStyles.list}>
          <thead>
            <tr>
              <th scope="col">{t('lists.customer')}</th>
              <th scope="col">{t('admin.state')}</th>
              <th scope="col">{t('lists.attempts')}</th>
              <th scope="col">{t('lists.happened')}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.id}>
                <td>
                  {entry.name !== null && <b>{entry.name} </b>}
                  {entry.number}
                </td>
                <td>{stateText(entry, t, locale)}</td>
                <td>{entry.attempts}</td>
                <td>
                  <Steps entry={entry} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {hasNextPage && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('timeline.more')}
        </button>
      )}
    </Part>
  )
}

function Steps({ entry: { steps } }: { entry: EntryAnswer }) {
  const t = useText()
  const locale = useLocale()
  if (steps.length === 0) return <>–</>
  return (
    <details>
      <summary>{t('lists.steps', { n: steps.length })}</summary>
      <ol className={styles.steps}>
        {steps.map(({ at, kind, agent, reason, note }, i) => (
          <li key={i}>
            {moment(Date.parse(at), Date.now(), locale)}: {t(`lists.step.${kind}`)}
            {agent !== null && ` · ${agent.name ?? agent.id}`}
            {reason !== null && ` · ${reasonText(kind, reason, t, locale)}`}
            {note !== null && ` · ${note}`}
          </li>
        ))}
      </ol>
    </details>
  )
}

function stateText({ state, outcome, dueAt }: EntryAnswer, t: Text, locale: string): string {
  const due = dueAt === null || state !== 'waiting' ? null : moment(Date.parse(dueAt), Date.now(), locale)
  const parts = [t(`lists.state.${state}`), outcome === null ? null : outcomeText(outcome, t), due]
  return parts.filter((part) => part !== null).join(' · ')
}

function reasonText(kind: string, reason: string, t: Text, locale: string): string {
  return kind === 'promised' ? moment(Date.parse(reason), Date.now(), locale) : outcomeText(reason, t)
}

const outcomes: Readonly<Record<string, MessageKey>> = {
  reached: 'lists.outcome.reached',
  busy: 'lists.outcome.busy',
  'no-answer': 'lists.outcome.noAnswer',
  rejected: 'lists.outcome.rejected',
  unreachable: 'lists.outcome.unreachable',
  'given-up': 'lists.outcome.givenUp',
  'agent-away': 'lists.outcome.agentAway',
  'not-allowed': 'lists.problem.not-allowed',
  'destination-not-allowed': 'lists.problem.not-allowed',
  'not-now': 'preview.skip.not-now',
  'wrong-number': 'preview.skip.wrong-number',
  'served-already': 'preview.skip.served-already',
  'do-not-call': 'preview.skip.do-not-call',
  other: 'preview.skip.other',
}

/** What has no word of ours stands as it is. */
function outcomeText(outcome: string, t: Text): string {
  const key = outcomes[outcome.replace(/^skipped-/, '')]
  return key === undefined ? outcome : t(key)
}
