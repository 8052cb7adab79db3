/** Joining and leaving the lines: the one of the queue, and the one of the signature or of the preferred agent. */
import { deskOf } from '../agent/agent.ts'
import type { Wait } from '../interaction/interaction.ts'
import type { QueueRules } from '../rules.ts'
import { interactionDeadline } from './deadlines.ts'
import type { Line } from './line.ts'
import { join } from './requirement.ts'
import { leaveSignature, signatureFor, useSignature } from './signature-index.ts'
import type { Queue, RoutingState } from './state.ts'
import type { Signature } from './signature.ts'

export function joinLine(state: RoutingState, wait: Wait): void {
  queueOf(state, wait).line.insert(wait)
  wait.interaction.phase = { name: 'queued', wait }
  takePlace(state, wait)
}

export function leaveLine(state: RoutingState, wait: Wait): void {
  if (wait.place === null) return
  queueOf(state, wait).line.remove(wait)
  leavePlace(state, wait)
}

/** Lines are ordered and found by what a wait asks, so it changes outside of them; the queue's own line is by order alone. */
export function changeRequirement(state: RoutingState, wait: Wait, change: (wait: Wait) => void): void {
  const inLine = wait.place !== null
  leavePlace(state, wait)
  change(wait)
  if (inLine) takePlace(state, wait)
}

function takePlace(state: RoutingState, wait: Wait): void {
  const { interaction } = wait
  const signature = signatureFor(state, interaction.channel, queueOf(state, wait), wait.requirement)
  const line = lineFor(state, wait, signature)
  line.insert(wait)
  useSignature(state, signature)
  if (line === signature.away) state.signatures.away.add(signature)
  wait.place = { signature, line }
  state.timers.set(interaction.timer, interactionDeadline(state, interaction))
}

function leavePlace(state: RoutingState, wait: Wait): void {
  if (wait.place === null) return
  const { line, signature } = wait.place
  line.remove(wait)
  if (line === signature.away && line.length === 0) state.signatures.away.delete(signature)
  leaveSignature(state, signature)
  wait.place = null
}

/** Puts a wait under the rules of its queue, as on entering it: age and priority stay, relaxation begins anew. */
export function adoptRules(wait: Wait, rules: QueueRules): void {
  wait.requirement = join(wait.ownRequirement, rules.requirement)
  wait.relaxationSteps = 0
  wait.virtualArrival = wait.waitingSince - (wait.ownPriority + rules.priority) * rules.ageingMsPerPoint
}

function lineFor(state: RoutingState, wait: Wait, { channel, line, away, cutOff }: Signature): Line<Wait> {
  if (wait.isCutOff) return cutOff
  if (wait.customer === 'away') return away
  if (wait.preferredUntil === null) return line
  const preferred = state.agents.get(wait.preferredAgentId ?? '')
  return (preferred === undefined ? null : deskOf(preferred, channel))?.personal ?? line
}

function queueOf(state: RoutingState, wait: Wait): Queue {
  const queue = state.queues.get(wait.queueId)
  if (queue === undefined) throw new Error(`no queue ${wait.queueId}`)
  return queue
}
