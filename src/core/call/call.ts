/**
 * One telephone call: the customer, whoever else is on it, and where each of them is. Pure: an input gives the next call and
 * the actions to take. The router decides who may come in; this machine makes the legs follow, also when they go away on
 * their own.
 */
import type { DeclineReason, EndedBy, Outcome, PartyDoes, Purpose, UnseenWindow } from '../facts.ts'
import type { AgentId, InteractionId, OfferId, QueueId } from '../ids.ts'

/** Why a leg ended, as Q.850 counts (ITU-T Q.850; Asterisk's `cause`). */
export type HangupCause = number

/** `phone`: by the phone's own key, which alone can take it back; `agent`: by request, the customer is out of the bridge. */
export type HeldBy = 'agent' | 'phone'

export type AgentLeg = Readonly<{ channelId: string; agentId: AgentId; offerId: OfferId }>

/**
 * `ringing`: dialled; `answered`: picked up, and the router's word is awaited; `talking`: in the call's bridge; `music`,
 * `tone`: out of it, hearing music or another phone's ringing; `aside`: in a room beside, listening to one agent.
 */
export type Place = 'ringing' | 'answered' | 'talking' | 'music' | 'tone' | 'aside'

/** `monitor`: hears; `whisper`: speaks to the agent only; `barge`: joins. */
export const listenings = ['monitor', 'whisper', 'barge'] as const
export type Listening = (typeof listenings)[number]

/** Whoever is on the call beside the customer. `lead`: answers for it. */
export type Party = Readonly<{
  channelId: string
  who: Readonly<{ kind: 'agent'; agentId: AgentId; offerId: OfferId }> | Readonly<{ kind: 'outside' }>
  role: Purpose | 'lead'
  place: Place
  /** Of a phone that asks somebody on a line of its own: `channelId` is the one in use. null: it has one. */
  lines: Readonly<{ first: string; second: string; firstOnHold: boolean }> | null
  muted: boolean
  /** Of whoever only listens. */
  listening: Listening | null
}>

export type Talk = Readonly<{
  kind: 'talking'
  /** null: the flow passed the customer on. */
  queueId: QueueId | null
  /** `absent`: not dialled yet. */
  customer: Exclude<Place, 'answered' | 'aside'> | 'absent' | 'gone'
  customerMuted: boolean
  /** In the order in which they came. None: parked. */
  parties: readonly Party[]
  held: HeldBy | null
}>

export type CallStage =
  /** The flow speaks with the customer. */
  | Readonly<{ kind: 'flow' }>
  /** In line, hearing music; `ringing` while an agent's phone rings for it, `answered` once that phone was picked up. */
  | Readonly<{ kind: 'waiting'; queueId: QueueId; ringing: AgentLeg | null; answered: boolean }>
  /** A callback whose turn is near: the customer's phone rings, or, once asked, says who calls and waits for their key. */
  | Readonly<{ kind: 'calling'; queueId: QueueId; channelId: string; asked: number }>
  /** In the hands of people, or on the way there. */
  | Talk
  | Readonly<{ kind: 'over' }>

/**
 * An agent's leg that rings, or rang, on more than one of their devices. The call knows the leg by the channel of one of them;
 * once somebody picks up, by that one.
 */
export type Devices = Readonly<{
  /** Of the leg. */
  channelId: string
  /** The other devices that ring for it. */
  others: readonly string[]
  /** How those that ring no more have ended, the most telling of them; null: none has. */
  dropped: LegEnd | null
}>

/** `seen` false: nobody knows how. */
export type LegEnd = Readonly<{ cause: HangupCause; seen: boolean }>

export type Call = Readonly<{
  interactionId: InteractionId
  direction: 'inbound' | 'outbound'
  /** The customer's channel; null before a callback has been answered by somebody who pressed the key. */
  customerChannelId: string | null
  stage: CallStage
  /** One for each leg that rings on several devices. */
  devices: readonly Devices[]
  recordingId: string | null
  /** Why the recording pauses; null: it runs, if there is one. */
  recordingPaused: string | null
}>

export type CallInput =
  | { kind: 'enqueued'; queueId: QueueId }
  /** `others`: channels of the agent's further devices. */
  | { kind: 'ring-agent'; offerId: OfferId; agentId: AgentId; channelId: string; others?: readonly string[] }
  | {
      kind: 'ring-guest'
      offerId: OfferId
      agentId: AgentId
      channelId: string
      others?: readonly string[]
      purpose: Purpose
      listening: Listening | null
    }
  /** A number outside. */
  | { kind: 'ring-outside'; channelId: string; purpose: 'consult' | 'conference' | 'transfer' }
  /** The agent on `channelId` has opened another line, to ask somebody. */
  | { kind: 'second-line'; channelId: string; lineId: string }
  | { kind: 'end-second-line'; lineId: string; cause: LineEnd }
  /** By the phone's key, on a phone with two lines. */
  | { kind: 'line-held'; channelId: string; on: boolean }
  | { kind: 'stop-ringing'; offerId: OfferId }
  | { kind: 'connect-agent'; offerId: OfferId; record: string | null }
  | { kind: 'connect-guest'; offerId: OfferId; agentId: AgentId; record: string | null }
  | { kind: 'accept-refused'; offerId: OfferId }
  | { kind: 'returned-to-flow' }
  | { kind: 'customer-dialled'; channelId: string }
  | { kind: 'call-customer'; channelId: string }
  | { kind: 'stop-calling' }
  /** Of the customer who is asked whether they are there. */
  | { kind: 'key'; digit: string }
  /** It was said, and no key came for a while. */
  | { kind: 'not-heard' }
  | { kind: 'pass-on'; channelId: string }
  | { kind: 'leg-up'; channelId: string }
  /** It was away for a moment and takes its place again. */
  | { kind: 'leg-returned'; channelId: string }
  /** `flowGoesOn`: after a talk the flow still has something for the customer. */
  | { kind: 'leg-gone'; channelId: string; cause: HangupCause; seen: boolean; flowGoesOn?: boolean }
  | { kind: 'hold' | 'resume'; by: HeldBy }
  | { kind: 'mute'; channelId: string; on: boolean }
  | { kind: 'listen'; channelId: string; listening: Listening }
  /** Between the customer and whoever is consulted. */
  | { kind: 'swap' }
  /** Whoever consults leaves the customer to the other. */
  | { kind: 'complete' }
  | { kind: 'cancel-consult' }
  /** All three together. */
  | { kind: 'merge' }
  | { kind: 'remove'; channelId: string }
  | { kind: 'hand-to-queue'; queueId: QueueId }
  | { kind: 'park' }
  /** A parked call that nobody picked up. */
  | { kind: 'unpark' }
  | { kind: 'pause-recording' | 'resume-recording'; reason: string }
  | { kind: 'hang-up'; by: EndedBy; outcome: Outcome | null; cause: string | null; unseen?: UnseenWindow }

/** Why a line is hung up, as its phone is told. */
export type LineEnd = 'normal' | 'busy' | 'rejected' | 'unallocated' | 'congestion'

/** `elsewhere`: another device has the call, so that this one has missed none. */
export type LegStop = LineEnd | 'no-answer' | 'elsewhere'

export type CallAction =
  | { do: 'hang-up-leg'; channelId: string; cause: LegStop }
  /** Of a leg that rings on several devices: once for each, by its own channel. */
  | { do: 'ring'; leg: AgentLeg }
  | { do: 'dial-customer'; channelId: string }
  /** Of an agent who is on the line already: the answer is `customer-dialled`. */
  | { do: 'call-out' }
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
  /** Into the call's bridge, which is made when it isn't there. */
  | { do: 'join'; channelIds: readonly string[] }
  | { do: 'leave'; channelId: string }
  /** A room beside, in which the leg hears what the agent says and hears, and is heard by the agent alone. */
  | { do: 'listen'; channelId: string; to: string }
  | { do: 'stop-listening'; channelId: string }
  | { do: 'destroy-bridge' }
  | { do: 'mute-leg'; channelId: string; on: boolean }
  | { do: 'start-recording' | 'stop-recording'; recordingId: string }
  | { do: 'pause-recording' | 'resume-recording'; recordingId: string; reason: string }
  | { do: 'accept-offer'; offerId: OfferId }
  | { do: 'decline-offer'; offerId: OfferId; reason: DeclineReason }
  | { do: 'lose-offer'; offerId: OfferId }
  /** The agent is off the call, which goes on. */
  | { do: 'leave-agent'; agentId: AgentId; cause: string }
  /** Back in line, for whoever is free. */
  | { do: 'enqueue'; queueId: QueueId; reason: 'transfer' | 'recall' }
  | { do: 'note-hold'; on: boolean; agentId: AgentId }
  | ({ do: 'note-parties' } & Attendance)
  | { do: 'note-parked'; agentId: AgentId; queueId: QueueId }
  | { do: 'note-outside-left'; channelId: string; cause: string }
  | { do: 'note-customer-left'; cause: string }
  | { do: 'end-interaction'; by: EndedBy; outcome: Outcome | null; cause: string | null; unseen?: UnseenWindow }
  /** The customer stays: the agent is free, and the flow goes on. */
  | { do: 'leave-conversation'; cause: string }
  /** The flow's session is no longer wanted. */
  | { do: 'stop-flow' }

/** Who is with whom, in the words of the history. */
export type Attendance = Readonly<{
  customer: PartyDoes | 'left'
  agents: readonly Readonly<{ agentId: AgentId; does: PartyDoes }>[]
  outside: readonly Readonly<{ channelId: string; does: PartyDoes }>[]
}>

export type CallStep = Readonly<{ call: Call; actions: readonly CallAction[] }>

export function inboundCall(interactionId: InteractionId, customerChannelId: string): Call {
  return newCall({ interactionId, direction: 'inbound', customerChannelId, stage: { kind: 'flow' } })
}

export function callbackCall(interactionId: InteractionId, queueId: QueueId): Call {
  const stage: CallStage = { kind: 'waiting', queueId, ringing: null, answered: false }
  return newCall({ interactionId, direction: 'outbound', customerChannelId: null, stage })
}

/** An agent's own call: their phone is rung first. */
export function outboundCall(interactionId: InteractionId, queueId: QueueId): Call {
  const stage: CallStage = {
    kind: 'talking',
    queueId,
    customer: 'absent',
    customerMuted: false,
    parties: [],
    held: null,
  }
  return newCall({ interactionId, direction: 'outbound', customerChannelId: null, stage })
}

function newCall(known: Omit<Call, 'devices' | 'recordingId' | 'recordingPaused'>): Call {
  return { ...known, devices: [], recordingId: null, recordingPaused: null }
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
