/** The call machine: every stage × input is decided here; an input that doesn't fit the stage changes nothing. */
import { assertNever } from '../assert-never.ts'
import {
  agentLegOf,
  declineReasonOf,
  type AgentLeg,
  type Call,
  type CallAction,
  type CallInput,
  type CallStep,
  type HeldBy,
} from './call.ts'
import { callCustomer, keyWhileAsked, notHeard, notReached, pickedUp, stopCalling } from './calling.ts'
import { next, over, same } from './ending.ts'

export function stepCall(call: Call, input: CallInput): CallStep {
  if (call.stage.kind === 'over') return afterwards(call, input)
  switch (input.kind) {
    case 'enqueued':
      return enqueued(call, input.queueId)
    case 'ring-agent':
      return ringAgent(call, input)
    case 'stop-ringing':
      return stopRinging(call, input.offerId)
    case 'accept-refused':
      return stopRinging(call, input.offerId)
    case 'connect-agent':
      return connectAgent(call, input.offerId, input.record)
    case 'returned-to-flow':
      return returnedToFlow(call)
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
    case 'leg-gone':
      return legGone(call, input)
    case 'hold':
      return hold(call, input.by)
    case 'resume':
      return resume(call, input.by)
    case 'mute':
      return mute(call, input.on)
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
  const music: CallAction[] =
    call.customerChannelId === null ? [] : [{ do: 'start-music', channelId: call.customerChannelId }]
  return next({ ...call, stage: { kind: 'waiting', queueId, ringing: null, answered: false } }, music)
}

function ringAgent(call: Call, input: { offerId: string; agentId: string; channelId: string }): CallStep {
  // The customer left, or another phone still rings: the router hears that this offer can't be made.
  if (call.stage.kind !== 'waiting' || call.stage.ringing !== null)
    return next(call, [{ do: 'lose-offer', offerId: input.offerId }])
  const leg: AgentLeg = { channelId: input.channelId, agentId: input.agentId, offerId: input.offerId }
  return next({ ...call, stage: { ...call.stage, ringing: leg, answered: false } }, [{ do: 'ring', leg }])
}

function stopRinging(call: Call, offerId: string): CallStep {
  if (call.stage.kind !== 'waiting' || call.stage.ringing?.offerId !== offerId) return same(call)
  return next({ ...call, stage: { ...call.stage, ringing: null, answered: false } }, [
    { do: 'hang-up-leg', channelId: call.stage.ringing.channelId, cause: 'no-answer' },
  ])
}

function connectAgent(call: Call, offerId: string, record: string | null): CallStep {
  if (call.stage.kind !== 'waiting') return same(call)
  // Picked up and put down before the router's word came: for the router they talk, so the talk is over.
  if (call.stage.ringing?.offerId !== offerId)
    return over(call, [{ do: 'end-interaction', by: 'agent', outcome: null, cause: 'left while answering' }])
  const agent = call.stage.ringing
  const { customerChannelId } = call
  if (customerChannelId === null)
    return over(call, [{ do: 'end-interaction', by: 'system', outcome: 'failed', cause: 'no customer on the line' }])
  return talk({ ...call, recordingId: record }, agent, customerChannelId, {
    do: 'stop-music',
    channelId: customerChannelId,
  })
}

function talk(call: Call, agent: AgentLeg, customerChannelId: string, silence: CallAction): CallStep {
  const actions: CallAction[] = [silence, { do: 'join', channelIds: [customerChannelId, agent.channelId] }]
  if (call.recordingId !== null) actions.push({ do: 'start-recording', recordingId: call.recordingId })
  return next({ ...call, stage: { kind: 'talking', agent, held: null, muted: false } }, actions)
}

function returnedToFlow(call: Call): CallStep {
  if (call.stage.kind !== 'waiting') return same(call)
  const actions: CallAction[] = []
  if (call.stage.ringing !== null)
    actions.push({ do: 'hang-up-leg', channelId: call.stage.ringing.channelId, cause: 'no-answer' })
  if (call.customerChannelId !== null) actions.push({ do: 'stop-music', channelId: call.customerChannelId })
  return next({ ...call, stage: { kind: 'flow' } }, actions)
}

function passOn(call: Call, channelId: string): CallStep {
  if (call.stage.kind !== 'flow' || call.customerChannelId === null) return same(call)
  return next({ ...call, stage: { kind: 'outside', channelId, answered: false } }, [
    { do: 'start-ring-tone', channelId: call.customerChannelId },
    { do: 'dial-outside', channelId },
  ])
}

function legUp(call: Call, channelId: string): CallStep {
  const { stage } = call
  if (stage.kind === 'waiting' && stage.ringing?.channelId === channelId && !stage.answered)
    return next({ ...call, stage: { ...stage, answered: true } }, [
      { do: 'accept-offer', offerId: stage.ringing.offerId },
    ])
  if (stage.kind === 'outside' && channelId === stage.channelId && !stage.answered && call.customerChannelId !== null)
    return next({ ...call, stage: { ...stage, answered: true } }, [
      { do: 'stop-ring-tone', channelId: call.customerChannelId },
      { do: 'join', channelIds: [call.customerChannelId, channelId] },
      { do: 'passed-on' },
    ])
  if (stage.kind === 'calling' && channelId === stage.channelId) return pickedUp(call)
  return same(call)
}

function outsideGone(call: Call, { answered }: { answered: boolean }, { cause, seen }: LegGone): CallStep {
  const { customerChannelId: channelId } = call
  const back = { ...call, stage: { kind: 'flow' } as const }
  if (answered) {
    const by = seen ? 'system' : 'unknown'
    // There is no word for who was called: the customer did not hang up, and no agent was there.
    return over(back, [{ do: 'end-interaction', by, outcome: null, cause: `outside-q850-${cause}` }], true)
  }
  const silence: CallAction[] = channelId === null ? [] : [{ do: 'stop-ring-tone', channelId }]
  return next(back, [...silence, { do: 'not-passed-on', cause: `q850-${cause}` }])
}

type LegGone = Extract<CallInput, { kind: 'leg-gone' }>

function legGone(call: Call, input: LegGone): CallStep {
  if (input.channelId === call.customerChannelId) return customerGone(call, input)
  if (call.stage.kind === 'calling' && call.stage.channelId === input.channelId) return notReached(call, input.cause)
  if (agentLegOf(call)?.channelId === input.channelId) return agentGone(call, input)
  if (call.stage.kind === 'outside' && call.stage.channelId === input.channelId)
    return outsideGone(call, call.stage, input)
  return same(call)
}

function customerGone(call: Call, { cause, seen }: LegGone): CallStep {
  const without = { ...call, customerChannelId: null }
  const by = seen ? 'customer' : 'unknown'
  return over(without, [{ do: 'end-interaction', by, outcome: null, cause: `q850-${cause}` }])
}

function agentGone(call: Call, { cause, seen, flowGoesOn }: LegGone): CallStep {
  const { stage } = call
  if (stage.kind === 'waiting' && stage.ringing !== null) {
    const { offerId } = stage.ringing
    const back = { ...call, stage: { ...stage, ringing: null, answered: false } }
    // Picked up and put down before the router's word came: nobody is to blame, it rings elsewhere.
    if (stage.answered || !seen) return next(back, [{ do: 'lose-offer', offerId }])
    const reason = declineReasonOf(cause)
    return next(back, [reason === null ? { do: 'lose-offer', offerId } : { do: 'decline-offer', offerId, reason }])
  }
  if (stage.kind === 'talking' && flowGoesOn === true) return backToFlow(call, stage, cause)
  const by = seen ? 'agent' : 'unknown'
  return over(withoutAgent(call), [{ do: 'end-interaction', by, outcome: null, cause: `q850-${cause}` }])
}

function backToFlow(call: Call, { held }: { held: HeldBy | null }, cause: number): CallStep {
  const { customerChannelId: channelId, recordingId } = call
  if (channelId === null) return same(call)
  const actions: CallAction[] = [held === 'agent' ? { do: 'stop-music', channelId } : { do: 'leave', channelId }]
  if (recordingId !== null) actions.push({ do: 'stop-recording', recordingId })
  actions.push({ do: 'destroy-bridge' }, { do: 'leave-conversation', cause: `q850-${cause}` })
  return next({ ...call, stage: { kind: 'flow' }, recordingId: null, recordingPaused: false }, actions)
}

/** So that `over` doesn't hang up a leg that is gone. */
function withoutAgent(call: Call): Call {
  const { stage } = call
  if (stage.kind !== 'talking') return call
  return { ...call, stage: { ...stage, agent: { ...stage.agent, channelId: '' } } }
}

function hold(call: Call, by: HeldBy): CallStep {
  const { stage, customerChannelId } = call
  if (stage.kind !== 'talking' || stage.held !== null || customerChannelId === null) return same(call)
  const held = { ...call, stage: { ...stage, held: by } }
  const noted: CallAction = { do: 'note-hold', on: true, agentId: stage.agent.agentId }
  // A phone's own hold: Asterisk already plays music to the other side.
  if (by === 'phone') return next(held, [noted])
  return next(held, [
    { do: 'leave', channelId: customerChannelId },
    { do: 'start-music', channelId: customerChannelId },
    noted,
  ])
}

/** Only who held resumes: a phone's key says nothing of a customer who was taken out of the bridge, nor the other way. */
function resume(call: Call, by: HeldBy): CallStep {
  const { stage, customerChannelId } = call
  if (stage.kind !== 'talking' || stage.held !== by || customerChannelId === null) return same(call)
  const resumed = { ...call, stage: { ...stage, held: null } }
  const noted: CallAction = { do: 'note-hold', on: false, agentId: stage.agent.agentId }
  if (by === 'phone') return next(resumed, [noted])
  return next(resumed, [
    { do: 'stop-music', channelId: customerChannelId },
    { do: 'join', channelIds: [customerChannelId] },
    noted,
  ])
}

function hangUp(call: Call, { by, outcome, cause, unseen }: Extract<CallInput, { kind: 'hang-up' }>): CallStep {
  const end: CallAction = { do: 'end-interaction', by, outcome, cause }
  return over(call, [unseen === undefined ? end : { ...end, unseen }])
}

function mute(call: Call, on: boolean): CallStep {
  if (call.stage.kind !== 'talking' || call.stage.muted === on) return same(call)
  return next({ ...call, stage: { ...call.stage, muted: on } }, [
    { do: 'mute-leg', channelId: call.stage.agent.channelId, on },
  ])
}

function pauseRecording(call: Call, pause: boolean, reason: string): CallStep {
  const { recordingId } = call
  if (recordingId === null || call.stage.kind !== 'talking' || call.recordingPaused === pause) return same(call)
  return next({ ...call, recordingPaused: pause }, [
    { do: pause ? 'pause-recording' : 'resume-recording', recordingId, reason },
  ])
}

/** After the end only one thing matters: nothing may ring or be up for a call that is over. */
function afterwards(call: Call, input: CallInput): CallStep {
  if (input.kind === 'leg-up') return next(call, [{ do: 'hang-up-leg', channelId: input.channelId, cause: 'normal' }])
  return same(call)
}
