/** One listener for all shortcuts of a page; whatever is shown last answers first. */
import { useEffect, useEffectEvent } from 'react'
import { phoneSettings } from '../softphone/settings.ts'
import { isRestOfWord, lastLetterAfter, type LastLetter } from './word.ts'

/** `label`: what it does, for whoever looks for it by name. */
type Shortcut = Readonly<{ key: string; label: string | null; act(): void }>
const shortcuts: Shortcut[] = []

let lastLetter: LastLetter = null

/** `key` as in `a`, `ArrowDown` with Alt (`alt+ArrowDown`), or `ctrl+k`. Letters alone wait while somebody types. */
export function useKey(key: string | undefined, act: () => void, enabled = true, label: string | null = null): void {
  const latest = useEffectEvent(act)
  useEffect(() => {
    if (key === undefined || !enabled) return
    const shortcut: Shortcut = { key, label, act: () => latest() }
    if (shortcuts.length === 0) listen()
    shortcuts.push(shortcut)
    return () => {
      shortcuts.splice(shortcuts.indexOf(shortcut), 1)
      if (shortcuts.length === 0) stopListening()
    }
  }, [key, enabled, label])
}

/** What can be done just now, by name; of two with one key the one that would answer to it. */
export function commands(): readonly (Shortcut & { label: string })[] {
  const byKey = new Map(shortcuts.map((shortcut) => [shortcut.key, shortcut]))
  return [...byKey.values()].flatMap(({ label, ...rest }) => (label === null ? [] : [{ ...rest, label }]))
}

/** A key that somebody pressed where it is no shortcut by itself. False: it is none at all. */
export function press(key: string): boolean {
  const found = phoneSettings().letterKeys ? shortcuts.findLast((shortcut) => shortcut.key === key) : undefined
  found?.act()
  return found !== undefined
}

/** As it is shown to people. */
export const keyName = (key: string): string => key.replace('ctrl+', 'Ctrl ').replace('alt+', 'Alt ').toUpperCase()

function listen(): void {
  document.addEventListener('keydown', dispatch)
  document.addEventListener('pointerdown', leaveWord)
}

function stopListening(): void {
  document.removeEventListener('keydown', dispatch)
  document.removeEventListener('pointerdown', leaveWord)
}

function leaveWord(): void {
  lastLetter = null
}

function dispatch(event: KeyboardEvent): void {
  const modifiers = `${event.ctrlKey || event.metaKey ? 'ctrl+' : ''}${event.altKey ? 'alt+' : ''}`
  const isBare = modifiers === ''
  const isInField = isTyping(event.target)
  const pressed = { key: event.key, isBare, isInField, at: event.timeStamp }
  const isRest = isRestOfWord(lastLetter, pressed)
  lastLetter = lastLetterAfter(lastLetter, pressed)
  if (isRest) return event.preventDefault()
  if (event.repeat || event.isComposing) return
  if (isBare && (!phoneSettings().letterKeys || isInField || isModalOpen())) return
  const wanted = modifiers + (event.key.length === 1 ? event.key.toLowerCase() : event.key)
  const found = shortcuts.findLast(({ key }) => key === wanted)
  if (found === undefined) return
  event.preventDefault()
  found.act()
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable="true"]') !== null
}

const isModalOpen = (): boolean => document.querySelector('[role="dialog"][aria-modal="true"], [role="menu"]') !== null
