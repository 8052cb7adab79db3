/** What was begun in one conversation waits there while another one is open. Kept by this page alone, until somebody signs out. */
import { useCallback, useState } from 'react'
import type { InteractionId } from '../../core/ids.ts'
import type { Draft } from './messages.ts'

const empty: Draft = { text: '', files: [] }
/** Conversations that ended with something begun are forgotten in their turn. */
const mostKept = 200
const kept = new Map<string, Draft>()

/** For a component that lives as long as its conversation is open. */
export function useDraft(of: 'reply' | 'note', interactionId: InteractionId) {
  const key = `${of}/${interactionId}`
  const [draft, setDraft] = useState(() => kept.get(key) ?? empty)
  const change = useCallback(
    (part: Partial<Draft> | ((before: Draft) => Partial<Draft>)) => {
      // The truth is what is kept: an upload may end when its conversation is no longer open.
      const before = kept.get(key) ?? empty
      const next = { ...before, ...(typeof part === 'function' ? part(before) : part) }
      keep(key, next)
      setDraft(next)
    },
    [key],
  )
  return [draft, change] as const
}

export const forgetDrafts = (): void => kept.clear()

function keep(key: string, draft: Draft): void {
  kept.delete(key)
  if (draft.text === '' && draft.files.length === 0) return
  kept.set(key, draft)
  const [oldest] = kept.keys()
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
}
