/** Who this is, and everything they had with us: one history, whatever the channel. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CustomerId, InteractionId } from '../../core/ids.ts'
import { clock, moment } from '../languages/format.ts'
import { useLocale, useText, type Text } from '../languages/language.ts'
import { Icon } from '../look/icons.tsx'
import { nameOn } from '../live/desk-state.ts'
import type { WorkCard } from '../../history/work-cards-store.ts'
import { get } from '../server/api.ts'
import type { CustomerCard } from '../../history/customer/card-routes.ts'
import { CustomerFacts } from './customer-facts.tsx'
import { DoNotCall } from './do-not-call.tsx'
import { OpenMatters } from './open-matters.tsx'
import { useCustomerCard, type InteractionItem, type PageOf } from './story.ts'
import styles from './customer-panel.module.css'

type CustomerPanelProps = Readonly<{
  card: WorkCard | null
  /** null: looked up beside the work. */
  interactionId: InteractionId | null
  fallbackId: CustomerId | null
}>

export function CustomerPanel({ card, interactionId, fallbackId }: CustomerPanelProps) {
  const t = useText()
  const customerId = card?.customer?.id ?? fallbackId
  const { data } = useCustomerCard(customerId)
  const customer = data?.customer
  const name = customer?.name ?? nameOn(card) ?? t('customer.unknown')
  const hasNumber = customer?.identities.some(({ kind }) => kind === 'phone') === true
  const under = [customer?.company, customer?.highValue === true && t('customer.highValue')].filter(Boolean)
  return (
    <div className={styles.panel}>
      <div className={styles.who}>
        <span className={styles.initials} aria-hidden="true">
          {initialsOf(name) ?? <Icon name="person" size={22} />}
        </span>
        <div>
          <h2>{name}</h2>
          <p>{under.length > 0 ? under.join(' · ') : data !== undefined && firstContact(data, t)}</p>
        </div>
      </div>
      {data !== undefined && <CustomerFacts card={data} told={card?.told ?? []} />}
      {data !== undefined && hasNumber && <DoNotCall card={data} />}
      {data !== undefined && <OpenMatters card={data} />}
      {customerId === null ? (
        <p className={styles.soft}>{t('customer.withheld')}</p>
      ) : (
        <Timeline customerId={customerId} current={interactionId} />
      )}
    </div>
  )
}

/** Of the first word and the last; null: a number has none. */
function initialsOf(name: string): string | null {
  if (/^\+?\d/.test(name)) return null
  const words = name.trim().split(/\s+/)
  const of = words.length > 1 ? [words[0], words.at(-1)] : words
  return of.map((word = '') => word.charAt(0).toLocaleUpperCase()).join('')
}

const firstContact = ({ contacts }: CustomerCard, t: Text): string =>
  contacts.total <= 1 ? t('customer.first') : t('customer.contacts', { count: contacts.total })

function Timeline({ customerId, current }: { customerId: CustomerId; current: InteractionId | null }) {
  const t = useText()
  const language = useLocale()
  const [search, setSearch] = useState('')
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['interaction', current, 'timeline', customerId],
    queryFn: ({ pageParam }) =>
      get<PageOf<InteractionItem>>(
        `/api/customers/${customerId}/timeline?limit=30${pageParam === null ? '' : `&after=${encodeURIComponent(pageParam)}`}`,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  })
  const items = data?.pages.flatMap((page) => page.items) ?? []
  const shown = items.map((item) => ({ item, line: lineOf(item, t) }))
  const wanted = search.trim().toLocaleLowerCase(language)
  const found = wanted === '' ? shown : shown.filter(({ line }) => line.toLocaleLowerCase(language).includes(wanted))
  const now = Date.now()
  return (
    <section aria-label={t('timeline.label')}>
      <h3>{t('timeline.label')}</h3>
      <input
        className={styles.search}
        type="search"
        aria-label={t('timeline.search')}
        placeholder={t('timeline.search')}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <ol className={styles.timeline}>
        {found.map(({ item, line }) => (
          <li key={item.id} data-now={item.id === current}>
            <span>
              {t(`channel.${item.channel}`)},{' '}
              {item.id === current ? t('timeline.now') : moment(Date.parse(item.arrivedAt), now, language)}
            </span>
            <small>{line}</small>
          </li>
        ))}
      </ol>
      {found.length === 0 && <p className={styles.soft}>{t('timeline.empty')}</p>}
      {hasNextPage && (
        <button
          type="button"
          className={styles.more}
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t('timeline.more')}
        </button>
      )}
    </section>
  )
}

function lineOf(item: InteractionItem, t: Text): string {
  return [
    item.queue?.name,
    item.outcome !== null && t(`outcome.${item.outcome}`),
    item.talkMs > 0 && clock(item.talkMs),
    item.agent?.name,
    item.disposition,
  ]
    .filter(Boolean)
    .join(' · ')
}
