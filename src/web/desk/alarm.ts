/** Rings and notifies while somebody waits for my answer. */
import { useEffect, useRef } from 'react'
import { useText } from '../languages/language.ts'
import { nameOn, type WorkItem } from '../live/desk-state.ts'
import { Ringer } from '../softphone/ringer.ts'

/** `offers`: those that nobody has answered or declined here yet. */
export function useAlarm(offers: readonly WorkItem[]): void {
  const t = useText()
  const ringer = useRef<Ringer | null>(null)
  const first = offers[0]
  const id = first?.interactionId
  const name = first === undefined ? '' : (nameOn(first.card) ?? t('customer.unknown'))
  useEffect(() => {
    if (id === undefined) return
    ringer.current ??= new Ringer()
    const own = ringer.current
    own.start()
    return () => own.stop()
  }, [id])
  useEffect(() => {
    if (id === undefined) return
    const title = document.title
    document.title = `● ${name}`
    const notification =
      'Notification' in window && Notification.permission === 'granted' && !document.hasFocus()
        ? new Notification(t('offer.notification', { name }), { tag: id, requireInteraction: true })
        : null
    notification?.addEventListener('click', () => window.focus())
    return () => {
      document.title = title
      notification?.close()
    }
  }, [id, name, t])
}
