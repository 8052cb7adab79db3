/**
 * The routing machine: hand in an input with its time, get the facts that came of it and the commands to act on. Between
 * two inputs the state is at rest: nobody waits whom an idle agent could take.
 */
import type { Decision, Refusal } from '../decision.ts'
import type { Instant } from '../ids.ts'
import type { Command } from '../commands.ts'
import type { Fact } from '../facts.ts'
import { apply } from './apply.ts'
import { decide } from './decide.ts'
import { decideDue } from './due.ts'
import type { RoutingInput } from './inputs.ts'
import { resumption } from './interruption.ts'
import { settle, touchedBy } from './settle.ts'
import type { RoutingState } from './state.ts'

export { apply } from './apply.ts'
export { decide } from './decide.ts'
export { emptyState, type RoutingState } from './state.ts'
export { restore, snapshot } from './snapshot.ts'

/**
 * Decides and applies an input and all that follows from it at that time. Deadlines that lie before the input come
 * first, so the result doesn't depend on how promptly `tick` is called. An input may be refused and still bring facts:
 * those of such deadlines.
 */
export function run(state: RoutingState, input: RoutingInput): Decision {
  const facts: Fact[] = []
  const commands: Command[] = []
  const make = (made: Decision): void => {
    for (const fact of made.facts) {
      apply(state, fact)
      facts.push(fact)
    }
    for (const command of made.commands) commands.push(command)
  }
  const step = (decision: Decision): void => {
    const touched = touchedBy(state, decision.facts)
    make(decision)
    settle(state, touched, input.at, make)
    const resumed = resumption(state, input.at)
    if (resumed !== null) make(resumed)
  }
  if (input.kind !== 'outage') advance(state, input.at, step)
  const decision = decide(state, input)
  step(decision)
  advance(state, input.at, step)
  return withRefusal({ facts, commands }, decision.refusal)
}

/** When to send `tick` at the latest; null: nothing will happen by itself. */
export const nextWake = (state: RoutingState): Instant | null => state.timers.first?.dueAt ?? null

function advance(state: RoutingState, at: Instant, step: (decision: Decision) => void): void {
  for (let due = decideDue(state, at); due !== null; due = decideDue(state, at)) step(due)
}

const withRefusal = (decision: Decision, refusal: Refusal | undefined): Decision =>
  refusal === undefined ? decision : { ...decision, refusal }
