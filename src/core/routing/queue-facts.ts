/** What a flow may ask of a queue before it sends somebody there. */
import { statusOn } from '../agent/agent.ts'
import type { Channel, QueueId } from '../ids.ts'
import { estimateWaitMs } from '../measures/estimated-wait.ts'
import type { RoutingState } from './state.ts'

/** The wait that this share of newcomers will not exceed. */
const quantile = 0.8

export type QueueFacts = Readonly<{ waiting: number; agents: number; idle: number; estimatedWaitMs: number | null }>

/** Of every queue. `agents`: signed in; `idle`: could take one of `channel` at once. */
export function queueFacts(state: RoutingState, channel: Channel): Record<QueueId, QueueFacts> {
  const facts: Record<QueueId, QueueFacts> = {}
  for (const [queueId, { line, handling }] of state.queues) {
    let agents = 0
    let idle = 0
    for (const agent of state.roster.membersOf(queueId)) {
      if (agent.presence !== 'offline') agents += 1
      if (statusOn(agent, channel) === 'idle') idle += 1
    }
    const place = { position: line.length + 1, agents, meanHandlingMs: handling.meanMs, quantile }
    const estimatedWaitMs = idle > 0 ? 0 : handling.count === 0 ? null : estimateWaitMs(place)
    facts[queueId] = { waiting: line.length, agents, idle, estimatedWaitMs }
  }
  return facts
}
