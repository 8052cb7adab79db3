/** What was begun in one conversation waits there while another one is open. Kept by this page alone, until somebody signs out. */
import { useCallback, useSyncExternalStore } from 'react'
import type { InteractionId } from '../../core/ids.ts'
import type { Draft } from './messages.ts'

/** To the customer, for colleagues, for whoever gets it next; the code of how it came out; what is to be done, and when. */
type Begun = 'reply' | 'note' | 'hand-on' | 'outcome' | 'follow-up' | 'due' | 'due-at'
type Change = Partial<Draft> | ((before: Draft) => Partial<Draft>)

const empty: Draft = { text: '', files: [] }
/** Conversations that ended with something begun are forgotten in their turn. */
const mostKept = 200
const kept = new Map<string, Draft>()
const listeners = new Set<() => void>()

export function useDraft(of: Begun, interactionId: InteractionId) {
  const draft = useSyncExternalStore(subscribe, () => draftOf(of, interactionId))
  // An upload may end when its conversation is no longer open.
  const change = useCallback((part: Change) => changeDraft(of, interactionId, part), [of, interactionId])
  return [draft, change] as const
}

export const draftOf = (of: Begun, interactionId: InteractionId): Draft => kept.get(`${of}/${interactionId}`) ?? empty

export function changeDraft(of: Begun, interactionId: InteractionId, part: Change): void {
  const before = draftOf(of, interactionId)
  keep(`${of}/${interactionId}`, { ...before, ...(typeof part === 'function' ? part(before) : part) })
  for (const listener of listeners) listener()
}

/** Two beginnings as one text; either may be empty. */
export const joined = (...texts: readonly string[]): string => texts.filter((text) => text.trim() !== '').join('\n')

export const forgetDrafts = (): void => kept.clear()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function keep(key: string, draft: Draft): void {
  kept.delete(key)
  if (draft.text === '' && draft.files.length === 0) return
  kept.set(key, draft)
  const [oldest] = kept.keys()
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
}
