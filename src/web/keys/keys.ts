/** One listener for all shortcuts of a page; whatever is shown last answers first. */
import { useEffect, useEffectEvent } from 'react'
import { phoneSettings } from '../softphone/settings.ts'

type Shortcut = Readonly<{ key: string; act(): void }>
const shortcuts: Shortcut[] = []

/** `key` as in `a`, `ArrowDown` with Alt (`alt+ArrowDown`), or `ctrl+k`. Letters alone wait while somebody types. */
export function useKey(key: string | undefined, act: () => void, enabled = true): void {
  const latest = useEffectEvent(act)
  useEffect(() => {
    if (key === undefined || !enabled) return
    const shortcut: Shortcut = { key, act: () => latest() }
    if (shortcuts.length === 0) document.addEventListener('keydown', dispatch)
    shortcuts.push(shortcut)
    return () => {
      shortcuts.splice(shortcuts.indexOf(shortcut), 1)
      if (shortcuts.length === 0) document.removeEventListener('keydown', dispatch)
    }
  }, [key, enabled])
}

function dispatch(event: KeyboardEvent): void {
  if (event.repeat || event.isComposing) return
  const modifiers = `${event.ctrlKey || event.metaKey ? 'ctrl+' : ''}${event.altKey ? 'alt+' : ''}`
  const pressed = modifiers + (event.key.length === 1 ? event.key.toLowerCase() : event.key)
  const isBare = modifiers === ''
  if (isBare && (!phoneSettings().letterKeys || isTyping(event.target) || isModalOpen())) return
  const found = shortcuts.findLast(({ key }) => key === pressed)
  if (found === undefined) return
  event.preventDefault()
  found.act()
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable="true"]') !== null
}

const isModalOpen = (): boolean => document.querySelector('[role="dialog"][aria-modal="true"], [role="menu"]') !== null
