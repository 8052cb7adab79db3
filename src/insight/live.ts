/** The live feed of the history's projector. */
import { factsAfter, factsOf, involvedWith, workCards, type History } from '../history/index.ts'
import type { InteractionId, QueueId } from '../core/ids.ts'
import { FloorFeed } from './floor-feed.ts'
import { LiveFeed, liveLimits, type LiveLimits } from './live-feed.ts'
import { queuesToday } from './queue-day-store.ts'

/** An agent can't have been ringing, talking or in wrap-up on more than the interactions of the last so many facts. */
const latestFacts = 1_000

/** To be made once the projector has started. */
export function createLiveFeed(
  { database, projector, newsroom, log }: Pick<History, 'database' | 'projector' | 'newsroom' | 'log'>,
  limits: LiveLimits = liveLimits,
): LiveFeed {
  const feed = new LiveFeed(
    {
      state: () => ({ seq: projector.seq, board: projector.board, stories: [...projector.live()] }),
      onFolded: (listener) => projector.onFolded(listener),
      factsAfter: (seq, limit) => factsAfter(database, seq, limit),
      factsConcerning: async (agentId, seq) =>
        factsOf(database, await involvedWith(database, agentId, seq, latestFacts), seq),
      cards: cardsOf(database, log),
    },
    log,
    limits,
  )
  newsroom.onNews((news) => {
    switch (news.kind) {
      case 'journey':
        return feed.tell({ type: 'journey', records: news.records, points: news.points }, { records: news.records })
      case 'task-due':
        return feed.tell({ type: 'task-due', task: news.task }, { agentId: news.agentId })
    }
  })
  return feed
}

/** Without the database work goes on, and is told by its numbers alone. */
const cardsOf = (database: History['database'], log: History['log']) => (interactionIds: readonly InteractionId[]) =>
  workCards(database, interactionIds).catch((error: unknown) => {
    log.warn({ err: error }, 'work is told without names')
    return []
  })

type FloorOptions = Readonly<{
  timezone: string
  /** What counts as answered in time, for each queue, now. */
  targetsMs(): ReadonlyMap<QueueId, number>
}>

/** The same for supervisors, who see all of it. */
export function createFloorFeed(
  { database, projector, log }: Pick<History, 'database' | 'projector' | 'log'>,
  { timezone, targetsMs }: FloorOptions,
): FloorFeed {
  return new FloorFeed(
    {
      state: () => ({ seq: projector.seq, board: projector.board, stories: [...projector.live()] }),
      onFolded: (listener) => projector.onFolded(listener),
      cards: cardsOf(database, log),
      today: () => queuesToday(database, { timezone, targetsMs: targetsMs() }),
    },
    log,
  )
}
