/** My work in the order of the list: who needs me now, who has my answer and is thinking, what is to be finished. Pure. */
import type { Doing } from '../live/desk-store.ts'
import type { WorkItem } from '../live/desk-state.ts'

export const workGroups = ['live', 'waiting', 'wrapUp'] as const
export type WorkGroup = (typeof workGroups)[number]

/** null: an offer, which floats above them all. */
export function groupOf({ phase, paused, lastWord }: WorkItem): WorkGroup | null {
  switch (phase) {
    case 'ringing':
      return null
    case 'wrap-up':
      return 'wrapUp'
    case 'engaged':
      // One that gives way to a call waits for me, whoever wrote last.
      return !paused && lastWord?.by === 'agent' ? 'waiting' : 'live'
  }
}

/** Since when: they wait for an answer, or I for theirs; a call since it began. */
export const waitsSince = ({ since, lastWord }: WorkItem): number => lastWord?.at ?? since

/** As the list shows it, from top to bottom; what is being finished is gone already. */
export function groupedWork(
  work: readonly WorkItem[],
  doing: ReadonlyMap<string, Doing>,
): Readonly<Record<WorkGroup, readonly WorkItem[]>> {
  const of = (group: WorkGroup): WorkItem[] =>
    work.filter((item) => groupOf(item) === group && doing.get(item.interactionId)?.settled !== 'finishing')
  return { live: of('live'), waiting: of('waiting'), wrapUp: of('wrapUp') }
}
