/** What an earlier process has left of a call, or our own before it lost Asterisk: remembered, and what is missing made good. */
import { devicesOf } from '../../core/call/devices.ts'
import { agentLegOf, isParked } from '../../core/call/parties.ts'
import type { RecordingTrace } from '../../core/call/trace.ts'
import type { Instant } from '../../core/ids.ts'
import { perform } from './call-actions.ts'
import type { CallParts } from './call-parts.ts'
import type { CallbackRequest } from './ports.ts'

export type CallPast = Readonly<{
  recording: RecordingTrace | null
  /** A callback that follows from this call. */
  promised: CallbackRequest | null
  leftVoicemail: boolean
  hasTalked: boolean
  /** When the offer whose phone rings was to expire, as it was made. */
  offerExpiresAt: Instant | null
  /** When a parked call goes back to its queue; null: it is not parked. */
  parkedUntil: Instant | null
  /** Numbers outside that people have called into it. */
  outsideLegs: number
}>

export function remember(parts: CallParts, past: CallPast): void {
  const { recording, promised, leftVoicemail, hasTalked, offerExpiresAt, parkedUntil } = past
  const call = parts.call()
  if (parkedUntil !== null && isParked(call)) parts.parking.begin(parkedUntil)
  parts.ending.rememberPromise(promised)
  if (leftVoicemail) parts.flow.rememberVoicemail()
  if (hasTalked) parts.ending.rememberTalk()
  if (recording !== null && call.stage.kind === 'talking') parts.recording.goOn(recording)
  const leg = agentLegOf(call)
  if (leg === null || offerExpiresAt === null) return
  for (const channelId of devicesOf(call, leg.channelId)) parts.legs.rings(channelId, offerExpiresAt)
}

/** Our word may not have got through: whoever is to be in the bridge is led there, the others out of it. */
export function rejoin(parts: CallParts, bridged: readonly string[]): void {
  const { stage, customerChannelId, recordingId: name } = parts.call()
  if (stage.kind !== 'talking') return
  parts.media.forgetComfort()
  const inBridge = stage.parties.filter(({ place }) => place === 'talking').map(({ channelId }) => channelId)
  if (stage.customer === 'talking' && customerChannelId !== null) inBridge.unshift(customerChannelId)
  const missing = inBridge.filter((channelId) => !bridged.includes(channelId))
  if (missing.length === 0) return
  for (const channelId of missing) perform(parts, { do: 'stop-music', channelId })
  perform(parts, { do: 'join', channelIds: missing })
  if (name !== null) void parts.recording.startUnlessRunning(name)
}
