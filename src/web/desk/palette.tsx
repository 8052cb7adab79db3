/** Ctrl K: find a customer or a command without leaving the keyboard. */
import { Modal, TextInput, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { placesOf } from '../app/places.ts'
import type { Customer, PageOf } from '../customer/story.ts'
import { useChoice } from '../keys/choice.ts'
import { commands, keyName, useKey } from '../keys/keys.ts'
import { useText } from '../languages/language.ts'
import { Icon } from '../look/icons.tsx'
import { nameOn } from '../live/desk-state.ts'
import { useDesk } from '../live/use-desk.ts'
import { get } from '../server/api.ts'
import type { Me } from '../server/session.ts'
import { useSetPresence } from './actions.ts'
import { useCatalogue } from './names.ts'
import styles from './palette.module.css'

type FoundArticle = Readonly<{ id: string; title: string }>
type Entry = Readonly<{ id: string; label: string; hint: string; act(): void }>

/** Where there is nowhere to show them, customers and articles aren't found. */
type Opens = Readonly<{
  onChoose(interactionId: string): void
  onLookUp?(customerId: string): void
  onRead?(articleId: string): void
}>

export function Palette({ me, ...opens }: { me: Me } & Opens) {
  const t = useText()
  const [isOpen, setOpen] = useState(false)
  const [isForArticles, setForArticles] = useState(false)
  const open = (forArticles: boolean): void => {
    setForArticles(forArticles)
    setOpen(true)
  }
  const title = isForArticles ? t('palette.openArticles') : t('palette.open')
  useKey('ctrl+k', () => open(false))
  useKey('?', () => open(true), opens.onRead !== undefined)
  return (
    <>
      <UnstyledButton className={styles.open} onClick={() => open(false)} aria-keyshortcuts="Control+K">
        <Icon name="search" size={16} />
        <span>{t('palette.open')}</span>
        <kbd aria-hidden="true">Ctrl K</kbd>
      </UnstyledButton>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={title}
        withCloseButton={false}
        classNames={{ header: styles.hidden }}
        padding={0}
        yOffset="12vh"
        centered={false}
        size={560}
      >
        <Finder me={me} opens={opens} title={title} isForArticles={isForArticles} onDone={() => setOpen(false)} />
      </Modal>
    </>
  )
}

type FinderProps = Readonly<{ me: Me; opens: Opens; title: string; isForArticles: boolean; onDone(): void }>

function Finder({ me, opens, title, isForArticles, onDone }: FinderProps) {
  const t = useText()
  const [search, setSearch] = useState('')
  const entries = useEntries(me, search, opens, isForArticles)
  const run = (entry: Entry): void => {
    onDone()
    entry.act()
  }
  const choice = useChoice(entries, run)
  return (
    <div className={styles.finder}>
      <TextInput
        data-autofocus
        variant="unstyled"
        {...choice.field}
        aria-label={title}
        placeholder={t(isForArticles ? 'palette.articlePlaceholder' : 'palette.placeholder')}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value)
          choice.beginAnew()
        }}
      />
      <ul {...choice.list} aria-label={t('palette.results')}>
        {entries.map((entry) => (
          <li key={entry.id} {...choice.option(entry)} onClick={() => run(entry)}>
            {entry.label} <small>{entry.hint}</small>
          </li>
        ))}
      </ul>
      {entries.length === 0 && search.trim().length > 1 && <p>{t('palette.nothing')}</p>}
    </div>
  )
}

function useEntries(me: Me, search: string, opens: Opens, isForArticles: boolean): readonly Entry[] {
  const t = useText()
  const [, go] = useLocation()
  const { work } = useDesk()
  const reasons = useCatalogue('not-ready-reasons')
  const setPresence = useSetPresence()
  const wanted = search.trim().toLocaleLowerCase()
  const asksCustomers = !isForArticles && wanted.length > 1 && opens.onLookUp !== undefined
  const asksArticles = wanted.length > 1 && opens.onRead !== undefined
  const { data } = useQuery({
    queryKey: ['customers', wanted],
    queryFn: () => get<PageOf<Customer>>(`/api/customers?limit=8&search=${encodeURIComponent(wanted)}`),
    enabled: asksCustomers,
    placeholderData: (before) => before,
  })
  const { data: found } = useQuery({
    queryKey: ['articles', wanted],
    queryFn: () =>
      get<{ items: readonly FoundArticle[] }>(`/api/articles/search?limit=5&q=${encodeURIComponent(wanted)}`),
    enabled: asksArticles,
    placeholderData: (before) => before,
  })
  const presence = (id: string, label: string, set: () => void): Entry => ({
    id,
    label,
    hint: t('palette.presence'),
    act: set,
  })
  const entries: Entry[] = [
    ...work.map(({ interactionId, card, channel }) => ({
      id: interactionId,
      label: nameOn(card) ?? t('customer.unknown'),
      hint: t(`channel.${channel}`),
      act: () => opens.onChoose(interactionId),
    })),
    ...commands().map(({ key, label, act }) => ({
      id: `key-${key.replace('+', '-')}`,
      label,
      hint: keyName(key),
      act,
    })),
    presence('available', t('presence.available'), () => setPresence.mutate({ presence: 'available', reason: null })),
    ...reasons.map(({ id, name }) =>
      presence(`reason-${id}`, name, () => setPresence.mutate({ presence: 'not-ready', reason: id })),
    ),
    presence('offline', t('presence.offline'), () => setPresence.mutate({ presence: 'offline', reason: null })),
    ...placesOf(me).map(({ href, label }) => ({
      id: href.slice(1).replace('/', '-'),
      label: t(label),
      hint: t('palette.goTo'),
      act: () => go(href),
    })),
  ]
  const customers: Entry[] = (asksCustomers ? (data?.items ?? []) : []).map((customer) => ({
    id: customer.id,
    label: customer.name ?? customer.identities[0]?.value ?? t('customer.unknown'),
    hint: [t('desk.customer'), customer.company, customer.identities[0]?.value].filter(Boolean).join(' · '),
    act: () => opens.onLookUp?.(customer.id),
  }))
  const articles: Entry[] = (asksArticles ? (found?.items ?? []) : []).map(({ id, title }) => ({
    id: `article-${id}`,
    label: title,
    hint: t('palette.article'),
    act: () => opens.onRead?.(id),
  }))
  if (isForArticles) return articles
  return [...entries.filter(({ label }) => label.toLocaleLowerCase().includes(wanted)), ...customers, ...articles]
}
