/** The live feed of the history's projector. */
import { factsAfter, factsOf, involvedWith, workCards, type History } from '../history/index.ts'
import { LiveFeed, liveLimits, type LiveLimits } from './live-feed.ts'

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
      // Without the database work goes on, and is told by its numbers alone.
      cards: (interactionIds) =>
        workCards(database, interactionIds).catch((error: unknown) => {
          log.warn({ err: error }, 'a desk is told its work without names')
          return []
        }),
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
