/**
 * Choosing from a list beside a field: arrows go through it and come round, Enter takes what is chosen. Chosen by name, for the
 * list changes meanwhile: until somebody chooses, and after what they chose has gone, it is the first.
 */
import { useId, useState, type KeyboardEvent } from 'react'

type Entry = Readonly<{ id: string }>

export function useChoice<T extends Entry>(entries: readonly T[], take: (entry: T) => void) {
  const listId = useId()
  const [chosenId, setChosenId] = useState<string | null>(null)
  const at = Math.max(
    0,
    entries.findIndex(({ id }) => id === chosenId),
  )
  const current = entries[at]
  const optionId = ({ id }: Entry): string => `${listId}-${id}`
  return {
    current,
    choose: (entry: T | undefined) => setChosenId(entry?.id ?? null),
    /** Back to the first: what is looked for has changed. */
    beginAnew: () => setChosenId(null),
    field: {
      role: 'combobox',
      'aria-expanded': true,
      'aria-controls': listId,
      'aria-activedescendant': current === undefined ? undefined : optionId(current),
      onKeyDown(event: KeyboardEvent): void {
        const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
        if (by !== 0) {
          event.preventDefault()
          setChosenId(entries[(at + by + entries.length) % entries.length]?.id ?? null)
        }
        if (event.key === 'Enter' && current !== undefined) take(current)
      },
    },
    list: { id: listId, role: 'listbox' },
    option: (entry: T) => ({ id: optionId(entry), role: 'option', 'aria-selected': entry === current }),
  } as const
}
