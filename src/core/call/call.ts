/**
 * One telephone call: its legs and what they are doing. Pure: an input gives the next call and the actions to take.
 * The router decides who talks to whom; this machine makes the legs follow, also when they go away on their own.
 */
import type { DeclineReason, EndedBy, Outcome, UnseenWindow } from '../facts.ts'
import type { AgentId, InteractionId, OfferId, QueueId } from '../ids.ts'

/** Why a leg ended, as Q.850 counts (ITU-T Q.850; Asterisk's `cause`). */
export type HangupCause = number

/** `phone`: by the phone's own key, which alone can take it back; `agent`: by request, the customer is out of the bridge. */
export type HeldBy = 'agent' | 'phone'

export type AgentLeg = Readonly<{ channelId: string; agentId: AgentId; offerId: OfferId }>

export type CallStage =
  /** The flow speaks with the customer. */
  | Readonly<{ kind: 'flow' }>
  /** In line, hearing music; `ringing` while an agent's phone rings for it, `answered` once that phone was picked up. */
  | Readonly<{ kind: 'waiting'; queueId: QueueId; ringing: AgentLeg | null; answered: boolean }>
  /** A callback whose turn is near: the customer's phone rings, or, once asked, says who calls and waits for their key. */
  | Readonly<{ kind: 'calling'; queueId: QueueId; channelId: string; asked: number }>
  | Readonly<{ kind: 'talking'; agent: AgentLeg; held: HeldBy | null; muted: boolean }>
  /** The flow passes the customer on to a number outside; `answered` once they talk there. */
  | Readonly<{ kind: 'outside'; channelId: string; answered: boolean }>
  | Readonly<{ kind: 'over' }>

export type Call = Readonly<{
  interactionId: InteractionId
  direction: 'inbound' | 'outbound'
  /** The customer's channel; null before a callback has been answered by somebody who pressed the key. */
  customerChannelId: string | null
  stage: CallStage
  recordingId: string | null
  recordingPaused: boolean
}>

export type CallInput =
  | { kind: 'enqueued'; queueId: QueueId }
  | { kind: 'ring-agent'; offerId: OfferId; agentId: AgentId; channelId: string }
  | { kind: 'stop-ringing'; offerId: OfferId }
  | { kind: 'connect-agent'; offerId: OfferId; record: string | null }
  | { kind: 'accept-refused'; offerId: OfferId }
  | { kind: 'returned-to-flow' }
  | { kind: 'call-customer'; channelId: string }
  | { kind: 'stop-calling' }
  /** Of the customer who is asked whether they are there. */
  | { kind: 'key'; digit: string }
  /** It was said, and no key came for a while. */
  | { kind: 'not-heard' }
  | { kind: 'pass-on'; channelId: string }
  | { kind: 'leg-up'; channelId: string }
  /** `flowGoesOn`: after a talk the flow still has something for the customer. */
  | { kind: 'leg-gone'; channelId: string; cause: HangupCause; seen: boolean; flowGoesOn?: boolean }
  | { kind: 'hold' | 'resume'; by: HeldBy }
  | { kind: 'mute'; on: boolean }
  | { kind: 'pause-recording' | 'resume-recording'; reason: string }
  | { kind: 'hang-up'; by: EndedBy; outcome: Outcome | null; cause: string | null; unseen?: UnseenWindow }

export type CallAction =
  | { do: 'hang-up-leg'; channelId: string; cause: 'normal' | 'busy' | 'no-answer' }
  | { do: 'ring'; leg: AgentLeg }
  | { do: 'dial-customer'; channelId: string }
  /** Says who calls and which key to press; the answer is a key, or `not-heard`. */
  | { do: 'ask-customer'; channelId: string }
  | { do: 'stop-asking' }
  | { do: 'note-reached' }
  | { do: 'dial-outside'; channelId: string }
  | { do: 'passed-on' }
  | { do: 'not-passed-on'; cause: string }
  | { do: 'start-music' | 'stop-music'; channelId: string }
  /** For whoever waits for another phone that rings. */
  | { do: 'start-ring-tone' | 'stop-ring-tone'; channelId: string }
  /** Both legs into the call's bridge, which is made when it isn't there. */
  | { do: 'join'; channelIds: readonly string[] }
  | { do: 'leave'; channelId: string }
  | { do: 'destroy-bridge' }
  | { do: 'mute-leg'; channelId: string; on: boolean }
  | { do: 'start-recording' | 'stop-recording'; recordingId: string }
  | { do: 'pause-recording' | 'resume-recording'; recordingId: string; reason: string }
  | { do: 'accept-offer'; offerId: OfferId }
  | { do: 'decline-offer'; offerId: OfferId; reason: DeclineReason }
  | { do: 'lose-offer'; offerId: OfferId }
  | { do: 'note-hold'; on: boolean; agentId: AgentId }
  | { do: 'end-interaction'; by: EndedBy; outcome: Outcome | null; cause: string | null; unseen?: UnseenWindow }
  /** The customer stays: the agent is free, and the flow goes on. */
  | { do: 'leave-conversation'; cause: string }
  /** The flow's session is no longer wanted. */
  | { do: 'stop-flow' }

export type CallStep = Readonly<{ call: Call; actions: readonly CallAction[] }>

export function inboundCall(interactionId: InteractionId, customerChannelId: string): Call {
  return {
    interactionId,
    direction: 'inbound',
    customerChannelId,
    stage: { kind: 'flow' },
    recordingId: null,
    recordingPaused: false,
  }
}

export function callbackCall(interactionId: InteractionId, queueId: QueueId): Call {
  return {
    interactionId,
    direction: 'outbound',
    customerChannelId: null,
    stage: { kind: 'waiting', queueId, ringing: null, answered: false },
    recordingId: null,
    recordingPaused: false,
  }
}

/** The agent's own leg while one is up or ringing. */
export function agentLegOf(call: Call): AgentLeg | null {
  switch (call.stage.kind) {
    case 'waiting':
      return call.stage.ringing
    case 'talking':
      return call.stage.agent
    case 'flow':
    case 'calling':
    case 'outside':
    case 'over':
      return null
  }
}

/** Every leg that the call counts as its own. */
export function legsOf(call: Call): string[] {
  const agent = agentLegOf(call)?.channelId ?? null
  const { stage } = call
  const outside = stage.kind === 'outside' || stage.kind === 'calling' ? stage.channelId : null
  return [call.customerChannelId, agent, outside].filter((id) => id !== null)
}

/** It rang on more than one device, and another one took the call. */
const answeredElsewhere = 26

/**
 * What a phone's refusal says about its agent; null: nothing, for the call was taken elsewhere. Q.850: 17 busy (SIP 486, 600),
 * 18 no response (408), 19 no answer, 20 absent, 21 rejected (603, 403), 31 not now (480, as phones on do-not-disturb say).
 */
export function declineReasonOf(cause: HangupCause): DeclineReason | null {
  if (cause === answeredElsewhere) return null
  if (cause === 17) return 'phone-busy'
  if (cause === 19 || cause === 21) return 'rejected'
  if (cause === 31) return 'do-not-disturb'
  if (cause === 3 || cause === 18 || cause === 20 || cause === 27) return 'phone-unreachable'
  return 'failed'
}
