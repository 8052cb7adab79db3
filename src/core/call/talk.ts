/** A conversation between the customer and whoever has them: begins, is held, muted, listened to and recorded. */
import { arrange } from './arrange.ts'
import type { Call, CallAction, CallInput, CallStage, CallStep, HeldBy, Party, Talk } from './call.ts'
import { hasJoined, isListener, leadOf, leadParty } from './parties.ts'
import { go, over, same, withActions } from './results.ts'

type Waiting = Extract<CallStage, { kind: 'waiting' }>
type Input<K extends CallInput['kind']> = Extract<CallInput, { kind: K }>

/** The router's word about an offer that the agent took. */
export function connectOffered(call: Call, stage: Waiting, { offerId, record }: Input<'connect-agent'>): CallStep {
  // Picked up and put down before the router's word came: for the router they talk, so the talk is over.
  if (stage.ringing?.offerId !== offerId)
    return over(call, [{ do: 'end-interaction', by: 'agent', outcome: null, cause: 'left while answering' }])
  const { queueId, ringing } = stage
  if (call.customerChannelId === null)
    return over(call, [{ do: 'end-interaction', by: 'system', outcome: 'failed', cause: 'no customer on the line' }])
  const parties = [leadParty(ringing)]
  return beginTalk(
    { ...call, recordingId: record },
    { kind: 'talking', queueId, customer: 'talking', customerMuted: false, parties, held: null },
  )
}

/** The agent hears the ringing. */
export function dialCustomer(call: Call, queueId: string | null, agent: Party): CallStep {
  const parties: Party[] = [{ ...agent, place: 'tone' }]
  const stage: Talk = { kind: 'talking', queueId, customer: 'absent', customerMuted: false, parties, held: null }
  return go(call, stage, { last: [{ do: 'call-out' }] })
}

/** Customer and somebody are together for the first time, or again after the customer was handed on. */
export function beginTalk(call: Call, stage: Talk): CallStep {
  const { recordingId } = call
  return go(call, stage, recordingId === null ? {} : { last: [{ do: 'start-recording', recordingId }] })
}

export function customerAnswers(call: Call, stage: Talk): CallStep {
  if (stage.customer !== 'ringing') return same(call)
  const parties = stage.parties.map((it): Party => (it.place === 'tone' ? { ...it, place: 'talking' } : it))
  return beginTalk(call, { ...stage, customer: 'talking', parties })
}

/** An agent has the call and the customer has not answered. */
export function unreached({ stage }: Call): boolean {
  return stage.kind === 'talking' && (stage.customer === 'absent' || stage.customer === 'ringing')
}

export function hold(call: Call, by: HeldBy): CallStep {
  const { stage } = call
  if (stage.kind !== 'talking' || stage.held !== null || stage.customer !== 'talking') return same(call)
  const lead = leadOf(stage)
  if (lead === null) return same(call)
  // A phone's own hold: Asterisk already plays music to the other side.
  return noteHold(call, { ...stage, held: by, customer: by === 'phone' ? 'talking' : 'music' }, lead, true)
}

/** Only who held resumes: a phone's key says nothing of a customer who was taken out of the bridge, nor the other way. */
export function resume(call: Call, by: HeldBy): CallStep {
  const { stage } = call
  if (stage.kind !== 'talking' || stage.held !== by) return same(call)
  const lead = leadOf(stage)
  return lead === null ? same(call) : noteHold(call, { ...stage, held: null, customer: 'talking' }, lead, false)
}

function noteHold(call: Call, stage: Talk, { who }: Party, on: boolean): CallStep {
  const { call: next, actions } = arrange(call, stage)
  // Told by who is with whom where more than two are on the call.
  const isTold = actions.some((action) => action.do === 'note-parties') || who.kind !== 'agent'
  return withActions(next, isTold ? actions : [...actions, { do: 'note-hold', on, agentId: who.agentId }])
}

export function mute(call: Call, { channelId, on }: Input<'mute'>): CallStep {
  const { stage } = call
  if (stage.kind !== 'talking') return same(call)
  if (channelId === call.customerChannelId) return go(call, { ...stage, customerMuted: on })
  return change(call, stage, channelId, (it) => (hasJoined(it) && !isListener(it) ? { ...it, muted: on } : it))
}

export function listen(call: Call, { channelId, listening }: Input<'listen'>): CallStep {
  const { stage } = call
  if (stage.kind !== 'talking') return same(call)
  return change(call, stage, channelId, (it) => {
    if (!isListener(it)) return it
    return hasJoined(it) ? listeningAs({ ...it, listening }) : { ...it, listening }
  })
}

/** Where somebody who listens is, and whether they are heard. */
export function listeningAs(party: Party): Party {
  const { listening } = party
  return { ...party, place: listening === 'barge' ? 'talking' : 'aside', muted: listening === 'monitor' }
}

function change(call: Call, stage: Talk, channelId: string, how: (party: Party) => Party): CallStep {
  return go(call, { ...stage, parties: stage.parties.map((it) => (it.channelId === channelId ? how(it) : it)) })
}

export function pauseRecording(call: Call, pause: boolean, reason: string): CallStep {
  const { recordingId, recordingPaused } = call
  if (recordingId === null || call.stage.kind !== 'talking' || (recordingPaused !== null) === pause) return same(call)
  const action: CallAction = { do: pause ? 'pause-recording' : 'resume-recording', recordingId, reason }
  return withActions({ ...call, recordingPaused: pause ? reason : null }, [action])
}
