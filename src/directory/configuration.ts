/** Brings the router's rules in line with the directory. */
import type { AgentId, QueueId } from '../core/ids.ts'
import type { AgentRules, QueueRules } from '../core/rules.ts'
import type { Submission } from '../core/writer.ts'
import { isDeepStrictEqual } from 'node:util'
import type { DirectoryChange } from './snapshot.ts'

/** The inputs for what the router has to know of a change; in the order in which they must be handed in. */
export function configurationFor(changes: readonly DirectoryChange[]): Submission[] {
  return changes.flatMap((change): Submission[] => {
    switch (change.kind) {
      case 'queue-rules-changed':
        return [{ kind: 'configure-queue', queue: change.queue }]
      case 'queue-removed':
        return [{ kind: 'remove-queue', queueId: change.queueId }]
      case 'agent-rules-changed':
        return [{ kind: 'configure-agent', agent: change.agent }]
      case 'agent-removed':
        return [{ kind: 'remove-agent', agentId: change.agentId }]
      default:
        return []
    }
  })
}

export type KnownRules = Readonly<{
  queues: ReadonlyMap<QueueId, QueueRules>
  agents: ReadonlyMap<AgentId, AgentRules>
}>

/** What differs between the rules that a recovered router knows and the directory: nothing, after an ordinary restart. */
export function configurationMissing(known: KnownRules, wanted: KnownRules): Submission[] {
  const inputs: Submission[] = []
  for (const [id, queue] of wanted.queues)
    if (!isDeepStrictEqual(known.queues.get(id), queue)) inputs.push({ kind: 'configure-queue', queue })
  for (const [id, agent] of wanted.agents)
    if (!isDeepStrictEqual(known.agents.get(id), agent)) inputs.push({ kind: 'configure-agent', agent })
  for (const agentId of known.agents.keys())
    if (!wanted.agents.has(agentId)) inputs.push({ kind: 'remove-agent', agentId })
  for (const queueId of known.queues.keys())
    if (!wanted.queues.has(queueId)) inputs.push({ kind: 'remove-queue', queueId })
  return inputs
}
