/** Canned replies: a slash at the beginning opens the list, arrows and Enter choose. */
import { useQuery } from '@tanstack/react-query'
import { useId, useState, type KeyboardEvent } from 'react'
import type { InteractionId } from '../../core/ids.ts'
import { useText } from '../languages/language.ts'
import { call, get } from '../server/api.ts'
import styles from './reply-composer.module.css'

type CannedReply = Readonly<{
  id: string
  shortcut: string | null
  title: string
  /** Language to text, variables not filled in. */
  texts: Readonly<Record<string, string>>
}>

export type Canned = Readonly<{
  isOpen: boolean
  items: readonly CannedReply[]
  listId: string
  activeId: string | undefined
  choose(reply: CannedReply): void
  /** True: the key was for the list. */
  steer(event: KeyboardEvent): boolean
}>

export function useCanned(
  text: string,
  interactionId: InteractionId,
  on: Readonly<{ chosen(text: string): void; failed(error: unknown): void }>,
): Canned {
  const listId = useId()
  const [at, setAt] = useState(0)
  const isAsked = text.startsWith('/')
  const { data } = useQuery({
    queryKey: ['canned', interactionId],
    queryFn: () => get<{ items: readonly CannedReply[] }>('/api/canned-replies'),
    enabled: isAsked,
    staleTime: 60_000,
  })
  const wanted = text.slice(1).toLocaleLowerCase()
  const items = (data?.items ?? []).filter(({ shortcut, title }) =>
    `${shortcut ?? ''} ${title}`.toLocaleLowerCase().includes(wanted),
  )
  const isOpen = isAsked && items.length > 0
  const active = items[Math.min(at, items.length - 1)]
  const choose = (reply: CannedReply): void => {
    setAt(0)
    call<{ text: string }>('POST', `/api/canned-replies/${reply.id}/fill`, { interaction: interactionId }).then(
      (filled) => on.chosen(filled.text),
      on.failed,
    )
  }
  return {
    isOpen,
    items,
    listId,
    activeId: isOpen && active !== undefined ? `${listId}-${active.id}` : undefined,
    choose,
    steer(event) {
      if (!isOpen || active === undefined) return false
      const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
      if (by !== 0) setAt((Math.min(at, items.length - 1) + by + items.length) % items.length)
      else if (event.key === 'Enter' || event.key === 'Tab') choose(active)
      else return false
      event.preventDefault()
      return true
    },
  }
}

export function CannedList({ canned }: { canned: Canned }) {
  const t = useText()
  if (!canned.isOpen) return null
  return (
    <ul className={styles.list} id={canned.listId} role="listbox" aria-label={t('reply.canned')}>
      {canned.items.map((reply) => {
        const id = `${canned.listId}-${reply.id}`
        return (
          <li
            key={reply.id}
            id={id}
            role="option"
            aria-selected={canned.activeId === id}
            onMouseDown={(event) => {
              event.preventDefault()
              canned.choose(reply)
            }}
          >
            {reply.shortcut !== null && `/${reply.shortcut} `}
            {reply.title}
            <small>{Object.values(reply.texts)[0]}</small>
          </li>
        )
      })}
    </ul>
  )
}
