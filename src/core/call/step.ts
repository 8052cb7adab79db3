/** The call machine: every stage × input is decided here; an input that doesn't fit the stage changes nothing. */
import { assertNever } from '../assert-never.ts'
import { arrange } from './arrange.ts'
import type { AgentLeg, Call, CallAction, CallInput, CallStep } from './call.ts'
import { callCustomer, keyWhileAsked, notHeard, pickedUp, stopCalling } from './calling.ts'
import { connectGuest, guestUp, ringGuest, ringOutside } from './coming.ts'
import { onDevices } from './devices.ts'
import { legGone, stopInvitation } from './leaving.ts'
import { endSecondLine, holdLine, openSecondLine } from './lines.ts'
import { outsideParty } from './parties.ts'
import { over, same, withActions } from './results.ts'
import { connectOffered, customerAnswers, hold, listen, mute, pauseRecording, resume, unreached } from './talk.ts'
import { cancelConsult, complete, handToQueue, merge, park, remove, swap, unpark } from './transfer.ts'

export function stepCall(call: Call, input: CallInput): CallStep {
  return onDevices(call, input, stepLegs)
}

function stepLegs(call: Call, input: CallInput): CallStep {
  if (call.stage.kind === 'over') return afterwards(call, input)
  switch (input.kind) {
    case 'enqueued':
      return enqueued(call, input.queueId)
    case 'ring-agent':
      return ringAgent(call, input)
    case 'ring-guest':
      return ringGuest(call, input)
    case 'ring-outside':
      return ringOutside(call, input)
    case 'second-line':
      return openSecondLine(call, input)
    case 'end-second-line':
      return endSecondLine(call, input)
    case 'line-held':
      return holdLine(call, input)
    case 'stop-ringing':
    case 'accept-refused':
      return stopRinging(call, input.offerId)
    case 'connect-agent':
      return call.stage.kind === 'waiting' ? connectOffered(call, call.stage, input) : same(call)
    case 'connect-guest':
      return connectGuest(call, input)
    case 'returned-to-flow':
      return returnedToFlow(call)
    case 'customer-dialled':
      return customerDialled(call, input.channelId)
    case 'call-customer':
      return callCustomer(call, input.channelId)
    case 'stop-calling':
      return stopCalling(call)
    case 'key':
      return keyWhileAsked(call, input.digit)
    case 'not-heard':
      return notHeard(call)
    case 'pass-on':
      return passOn(call, input.channelId)
    case 'leg-up':
      return legUp(call, input.channelId)
    case 'leg-returned':
      return legReturned(call, input.channelId)
    case 'leg-gone':
      return legGone(call, input)
    case 'hold':
      return hold(call, input.by)
    case 'resume':
      return resume(call, input.by)
    case 'mute':
      return mute(call, input)
    case 'listen':
      return listen(call, input)
    case 'swap':
      return swap(call)
    case 'complete':
      return complete(call)
    case 'cancel-consult':
      return cancelConsult(call)
    case 'merge':
      return merge(call)
    case 'remove':
      return remove(call, input.channelId)
    case 'hand-to-queue':
      return handToQueue(call, input.queueId)
    case 'park':
      return park(call)
    case 'unpark':
      return unpark(call)
    case 'pause-recording':
      return pauseRecording(call, true, input.reason)
    case 'resume-recording':
      return pauseRecording(call, false, input.reason)
    case 'hang-up':
      return hangUp(call, input)
    default:
      return assertNever(input)
  }
}

function enqueued(call: Call, queueId: string): CallStep {
  if (call.stage.kind !== 'flow') return same(call)
  return arrange(call, { kind: 'waiting', queueId, ringing: null, answered: false })
}

function ringAgent(call: Call, input: { offerId: string; agentId: string; channelId: string }): CallStep {
  // The customer left, or another phone still rings: the router hears that this offer can't be made.
  if (call.stage.kind !== 'waiting' || call.stage.ringing !== null)
    return withActions(call, [{ do: 'lose-offer', offerId: input.offerId }])
  const leg: AgentLeg = { channelId: input.channelId, agentId: input.agentId, offerId: input.offerId }
  return withActions({ ...call, stage: { ...call.stage, ringing: leg, answered: false } }, [{ do: 'ring', leg }])
}

function stopRinging(call: Call, offerId: string): CallStep {
  if (call.stage.kind !== 'waiting') return stopInvitation(call, offerId)
  if (call.stage.ringing?.offerId !== offerId) return same(call)
  return withActions({ ...call, stage: { ...call.stage, ringing: null, answered: false } }, [
    { do: 'hang-up-leg', channelId: call.stage.ringing.channelId, cause: 'no-answer' },
  ])
}

function returnedToFlow(call: Call): CallStep {
  if (call.stage.kind !== 'waiting') return same(call)
  const { ringing } = call.stage
  const stop: CallAction[] =
    ringing === null ? [] : [{ do: 'hang-up-leg', channelId: ringing.channelId, cause: 'no-answer' }]
  const { call: next, actions } = arrange(call, { kind: 'flow' })
  return withActions(next, [...stop, ...actions])
}

function customerDialled(call: Call, channelId: string): CallStep {
  if (call.stage.kind !== 'talking' || call.stage.customer !== 'absent') return same(call)
  return withActions({ ...call, customerChannelId: channelId, stage: { ...call.stage, customer: 'ringing' } }, [])
}

function passOn(call: Call, channelId: string): CallStep {
  if (call.stage.kind !== 'flow' || call.customerChannelId === null) return same(call)
  const parties = [outsideParty(channelId, 'transfer')]
  const { call: next, actions } = arrange(call, {
    kind: 'talking',
    queueId: null,
    customer: 'tone',
    customerMuted: false,
    parties,
    held: null,
  })
  return withActions(next, [...actions, { do: 'dial-outside', channelId }])
}

function legUp(call: Call, channelId: string): CallStep {
  const { stage } = call
  if (stage.kind === 'waiting' && stage.ringing?.channelId === channelId && !stage.answered)
    return withActions({ ...call, stage: { ...stage, answered: true } }, [
      { do: 'accept-offer', offerId: stage.ringing.offerId },
    ])
  if (stage.kind === 'calling' && channelId === stage.channelId) return pickedUp(call)
  if (stage.kind !== 'talking') return same(call)
  return channelId === call.customerChannelId ? customerAnswers(call, stage) : guestUp(call, stage, channelId)
}

/** Where it was, it is again; what it was told then, Asterisk has forgotten. */
function legReturned(call: Call, channelId: string): CallStep {
  const { stage } = call
  const party = stage.kind === 'talking' ? stage.parties.find((it) => it.channelId === channelId) : undefined
  if (stage.kind !== 'talking' || party === undefined) return same(call)
  const others = stage.parties.filter((it) => it !== party)
  const { actions } = arrange({ ...call, stage: { ...stage, parties: others } }, stage)
  return withActions(call, actions)
}

function hangUp(call: Call, { by, outcome, cause, unseen }: Extract<CallInput, { kind: 'hang-up' }>): CallStep {
  // An agent is on the line but the customer was never reached.
  const end: CallAction = { do: 'end-interaction', by, outcome: outcome ?? (unreached(call) ? 'failed' : null), cause }
  return over(call, [unseen === undefined ? end : { ...end, unseen }])
}

/** After the end only one thing matters: nothing may ring or be up for a call that is over. */
function afterwards(call: Call, input: CallInput): CallStep {
  switch (input.kind) {
    case 'customer-dialled':
    case 'leg-up':
      return withActions(call, [{ do: 'hang-up-leg', channelId: input.channelId, cause: 'normal' }])
    case 'second-line':
      return withActions(call, [{ do: 'hang-up-leg', channelId: input.lineId, cause: 'normal' }])
    default:
      return same(call)
  }
}
