/** What an input brings: facts and commands, or a refusal. Reads the state and never changes it. */
import { assertNever } from '../assert-never.ts'
import type { Decision } from '../decision.ts'
import { configureAgent, configureQueue, removeAgent, removeQueue } from './decide-configuration.ts'
import { arrive, end, recogniseCustomer, record } from './decide-contact.ts'
import { invite, leave } from './decide-guest.ts'
import { move } from './decide-move.ts'
import { accept, decline, lose } from './decide-offer.ts'
import { setPresence, setReachability } from './decide-presence.ts'
import { cutOff, enqueue, leaveQueue } from './decide-queue.ts'
import { transfer } from './decide-transfer.ts'
import { extendWrapUp, finishWrapUp } from './decide-wrap-up.ts'
import { nothing, refuse } from './draft.ts'
import type { InputOf, RoutingInput } from './inputs.ts'
import { customerReached } from './turn.ts'
import type { RoutingState } from './state.ts'

export function decide(state: RoutingState, input: RoutingInput): Decision {
  switch (input.kind) {
    case 'configure-queue':
      return configureQueue(state, input)
    case 'remove-queue':
      return removeQueue(state, input)
    case 'configure-agent':
      return configureAgent(state, input)
    case 'remove-agent':
      return removeAgent(state, input)
    case 'set-presence':
      return setPresence(state, input)
    case 'set-reachability':
      return setReachability(state, input)
    case 'arrive':
      return arrive(state, input)
    case 'recognise-customer':
      return recogniseCustomer(state, input)
    case 'enqueue':
      return enqueue(state, input)
    case 'customer-reached':
      return customerReached(state, input)
    case 'cut-off':
      return cutOff(state, input)
    case 'transfer':
      return transfer(state, input)
    case 'move':
      return move(state, input)
    case 'leave-queue':
      return leaveQueue(state, input)
    case 'accept-offer':
      return accept(state, input)
    case 'decline-offer':
      return decline(state, input)
    case 'lose-offer':
      return lose(state, input)
    case 'invite':
      return invite(state, input)
    case 'leave':
      return leave(state, input)
    case 'end-interaction':
      return end(state, input)
    case 'finish-wrap-up':
      return finishWrapUp(state, input)
    case 'extend-wrap-up':
      return extendWrapUp(state, input)
    case 'record':
      return record(state, input)
    case 'outage':
      return stopClock(state, input)
    case 'tick':
      return nothing
    default:
      return assertNever(input)
  }
}

function stopClock(state: RoutingState, input: InputOf<'outage'>): Decision {
  const { at, to } = input
  if (input.from > to || to > at) return refuse('invalid', 'an outage ends after it began and before now')
  const from = Math.max(input.from, state.stoppedUntil)
  return from >= to ? nothing : { facts: [{ kind: 'clock-stopped', at, from, to }], commands: [] }
}
