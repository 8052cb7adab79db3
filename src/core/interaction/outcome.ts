/** How an interaction came out when nobody who ended it said so. */
import type { Outcome } from '../facts.ts'
import type { Instant } from '../ids.ts'
import { assertNever } from '../assert-never.ts'
import type { Interaction } from './interaction.ts'

/** Who gives up sooner than this counts as a short abandon. */
export const shortAbandonMs = 5_000

export function outcomeAtEnd({ phase }: Interaction, at: Instant): Outcome {
  switch (phase.name) {
    case 'self-service':
      return 'self-served'
    case 'calling':
      return 'failed'
    case 'queued':
    case 'offered':
      if (phase.wait.customer === 'away') return 'failed'
      return at - phase.wait.queuedAt < shortAbandonMs ? 'short-abandon' : 'abandoned'
    case 'engaged':
      return 'answered'
    default:
      return assertNever(phase)
  }
}
