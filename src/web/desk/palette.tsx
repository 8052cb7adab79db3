/** Ctrl K: find a customer or a command without leaving the keyboard. */
import { Modal, TextInput, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useId, useState, type KeyboardEvent } from 'react'
import { useLocation } from 'wouter'
import { placesOf } from '../app/places.ts'
import type { Customer, PageOf } from '../customer/story.ts'
import { useKey } from '../keys/keys.ts'
import { useText } from '../languages/language.ts'
import { Icon } from '../look/icons.tsx'
import { nameOn } from '../live/desk-state.ts'
import { useDesk } from '../live/use-desk.ts'
import { get } from '../server/api.ts'
import type { Me } from '../server/session.ts'
import { useSetPresence } from './actions.ts'
import { useCatalogue } from './names.ts'
import styles from './palette.module.css'

type Entry = Readonly<{ id: string; label: string; hint: string; act(): void }>

export function Palette({ me, onChoose }: { me: Me; onChoose(interactionId: string): void }) {
  const t = useText()
  const [isOpen, setOpen] = useState(false)
  useKey('ctrl+k', () => setOpen(true))
  return (
    <>
      <UnstyledButton className={styles.open} onClick={() => setOpen(true)} aria-keyshortcuts="Control+K">
        <Icon name="search" size={16} />
        <span>{t('palette.open')}</span>
        <kbd aria-hidden="true">Ctrl K</kbd>
      </UnstyledButton>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={t('palette.open')}
        withCloseButton={false}
        classNames={{ header: styles.hidden }}
        padding={0}
        yOffset="12vh"
        centered={false}
        size={560}
      >
        <Finder me={me} onChoose={onChoose} onDone={() => setOpen(false)} />
      </Modal>
    </>
  )
}

type FinderProps = Readonly<{ me: Me; onChoose(interactionId: string): void; onDone(): void }>

function Finder({ me, onChoose, onDone }: FinderProps) {
  const t = useText()
  const [search, setSearch] = useState('')
  const [at, setAt] = useState(0)
  const listId = useId()
  const entries = useEntries(me, search, onChoose)
  const current = entries[Math.min(at, entries.length - 1)]
  const run = (entry: Entry | undefined): void => {
    if (entry === undefined) return
    onDone()
    entry.act()
  }
  const steer = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (by !== 0) {
      event.preventDefault()
      setAt((Math.min(at, entries.length - 1) + by + entries.length) % Math.max(1, entries.length))
    }
    if (event.key === 'Enter') run(current)
  }
  return (
    <div className={styles.finder}>
      <TextInput
        data-autofocus
        variant="unstyled"
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={current === undefined ? undefined : `${listId}-${current.id}`}
        aria-label={t('palette.open')}
        placeholder={t('palette.placeholder')}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={steer}
      />
      <ul id={listId} role="listbox" aria-label={t('palette.results')}>
        {entries.map((entry) => (
          <li
            key={entry.id}
            id={`${listId}-${entry.id}`}
            role="option"
            aria-selected={entry === current}
            onClick={() => run(entry)}
          >
            {entry.label} <small>{entry.hint}</small>
          </li>
        ))}
      </ul>
      {entries.length === 0 && <p>{t('palette.nothing')}</p>}
    </div>
  )
}

function useEntries(me: Me, search: string, onChoose: (interactionId: string) => void): readonly Entry[] {
  const t = useText()
  const [, go] = useLocation()
  const { work } = useDesk()
  const reasons = useCatalogue('not-ready-reasons')
  const setPresence = useSetPresence()
  const wanted = search.trim().toLocaleLowerCase()
  const { data } = useQuery({
    queryKey: ['customers', wanted],
    queryFn: () => get<PageOf<Customer>>(`/api/customers?limit=8&search=${encodeURIComponent(wanted)}`),
    enabled: wanted.length > 1,
    placeholderData: (before) => before,
  })
  const presence = (id: string, label: string, set: () => void): Entry => ({
    id,
    label,
    hint: t('palette.presence'),
    act: set,
  })
  const commands: Entry[] = [
    ...work.map(({ interactionId, card, channel }) => ({
      id: interactionId,
      label: nameOn(card) ?? t('customer.unknown'),
      hint: t(`channel.${channel}`),
      act: () => onChoose(interactionId),
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
  const customers: Entry[] = (wanted.length > 1 ? (data?.items ?? []) : []).map((customer) => ({
    id: customer.id,
    label: customer.name ?? customer.identities[0]?.value ?? t('customer.unknown'),
    hint: [customer.company, customer.identities[0]?.value].filter(Boolean).join(' · '),
    act: () => undefined,
  }))
  return [...commands.filter(({ label }) => label.toLocaleLowerCase().includes(wanted)), ...customers]
}
