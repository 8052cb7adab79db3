/** The desk's state and its clock, for components. */
import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { DeskStore, DeskView } from './desk-store.ts'

export const DeskContext = createContext<DeskStore | null>(null)

export function useDeskStore(): DeskStore {
  const store = use(DeskContext)
  if (store === null) throw new Error('this is shown outside of a desk')
  return store
}

export function useDesk(): DeskView {
  const store = useDeskStore()
  return useSyncExternalStore(store.subscribe, store.view)
}

/** What was asked about an interaction is asked again when something happened to it. */
export function useFreshStories(store: DeskStore): void {
  const client = useQueryClient()
  useEffect(
    () =>
      store.hear((message) => {
        const facts = message.type === 'changes' ? (message['facts'] as { fact: { interactionId?: string } }[]) : []
        for (const id of new Set(facts.map(({ fact }) => fact.interactionId))) {
          if (id !== undefined) void client.invalidateQueries({ queryKey: ['interaction', id] })
        }
      }),
    [store, client],
  )
}

const tickListeners = new Set<() => void>()
let tick: number | undefined

/** Milliseconds since the epoch, anew each second; all timers of a page tick together. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const listener = (): void => setNow(Date.now())
    tickListeners.add(listener)
    tick ??= window.setInterval(() => {
      for (const each of tickListeners) each()
    }, 1_000)
    return () => {
      tickListeners.delete(listener)
      if (tickListeners.size > 0) return
      window.clearInterval(tick)
      tick = undefined
    }
  }, [])
  return now
}
