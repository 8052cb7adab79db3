/** Joining and leaving the lines: the one of the queue, and the one of the signature or of the preferred agent. */
import type { Wait } from '../interaction/interaction.ts'
import type { QueueRules } from '../rules.ts'
import { interactionDeadline } from './deadlines.ts'
import { Line } from './line.ts'
import { join } from './requirement.ts'
import { leaveSignature, signatureFor, useSignature } from './signature-index.ts'
import type { Queue, RoutingState } from './state.ts'
import type { Signature } from './signature.ts'

export function joinLine(state: RoutingState, wait: Wait): void {
  const { interaction } = wait
  const queue = queueOf(state, wait)
  const signature = signatureFor(state, interaction.channel, queue, wait.requirement)
  const line = lineFor(state, wait, signature)
  useSignature(state, signature)
  line.insert(wait)
  queue.line.insert(wait)
  wait.place = { signature, line }
  interaction.phase = { name: 'queued', wait }
  state.timers.set(interaction.timer, interactionDeadline(state, interaction))
}

export function leaveLine(state: RoutingState, wait: Wait): void {
  if (wait.place === null) return
  wait.place.line.remove(wait)
  queueOf(state, wait).line.remove(wait)
  leaveSignature(state, wait.place.signature)
  wait.place = null
}

/** Puts a wait under the rules of its queue, as on entering it: age and priority stay, relaxation begins anew. */
export function adoptRules(wait: Wait, rules: QueueRules): void {
  wait.requirement = join(wait.ownRequirement, rules.requirement)
  wait.relaxationSteps = 0
  wait.virtualArrival = wait.waitingSince - (wait.ownPriority + rules.priority) * rules.ageingMsPerPoint
}

function lineFor(state: RoutingState, wait: Wait, signature: Signature): Line<Wait> {
  const preferred = wait.preferredAgentId === null ? undefined : state.agents.get(wait.preferredAgentId)
  if (wait.preferredUntil === null || preferred === undefined) return signature.line
  const existing = preferred.personal.get(signature.channel)
  if (existing !== undefined) return existing
  const created = new Line<Wait>()
  preferred.personal.set(signature.channel, created)
  return created
}

function queueOf(state: RoutingState, wait: Wait): Queue {
  const queue = state.queues.get(wait.queueId)
  if (queue === undefined) throw new Error(`no queue ${wait.queueId}`)
  return queue
}
