/** A flow that an earlier process was in the middle of: it goes on at its last node, and a message that was left is kept. */
import type { CallTrace } from '../../core/call/trace.ts'
import { startSession } from '../../core/flow/interpreter.ts'
import type { Session } from '../../core/flow/session.ts'
import { resumeKept, type KeptMessage, type KeptSession } from './kept-session.ts'
import type { CallParty } from './call-party.ts'
import type { LiveCall } from './live-call.ts'
import { laterPlaybackIds } from './naming.ts'
import { messageLength } from './recorded-message.ts'
import type { Scene } from './recovery-scene.ts'
import { sessionStart } from './session-start.ts'

type FlowInPlace = Readonly<{ scene: Scene; live: LiveCall; trace: CallTrace; kept: KeptSession | null }>

export async function goOnWithFlow(place: FlowInPlace & { party: CallParty }): Promise<void> {
  const { scene, live, party, trace, kept } = place
  const { ports } = scene
  const { library, world } = ports.flows
  // It had not begun.
  if (kept === null) {
    // Nor was it answered, where callers hear something before.
    const channelId = live.call.customerChannelId
    if (channelId !== null) void scene.ari.answer(channelId)
    const start = sessionStart(ports, party, party.entryPoint.number)
    return live.flow.begin(startSession(library, start, world()))
  }
  const session = kept.flow.session
  // The router gave the caller back, and its word did not reach the flow.
  if (trace.returned !== null && session.activity.kind === 'queued') {
    live.reopenFlow(kept)
    return live.flow.hears({ kind: 'queue-returned', outcome: trace.returned })
  }
  // The same with the agent, who has left.
  if (trace.agentLeft && session.activity.kind === 'queued') {
    live.reopenFlow(kept)
    return live.flow.agentLeft()
  }
  if (kept.message !== null && !trace.voicemails.has(kept.message.recordingId))
    if (await goOnWithMessage(place, kept, kept.message)) return
  const promised = scene.promised.get(live.id)
  if (promised !== undefined && session.activity.kind === 'awaiting' && isBooking(place, session)) {
    live.reopenFlow(kept)
    return live.flow.hears({ kind: 'callback-accepted', effectId: session.activity.effectId })
  }
  // What the earlier process was saying is said again from its beginning.
  for (const name of laterPlaybackIds(live.id, kept.playbacks)) void scene.ari.stopPlayback(name)
  live.flow.begin(resumeKept(kept, library, world(), ports.now()))
}

/** The caller is gone: what they said until then is a message all the same. */
export async function keepMessage({ scene, live, trace, kept }: FlowInPlace): Promise<void> {
  const message = kept?.message ?? null
  if (message === null || trace.voicemails.has(message.recordingId)) return
  const length = await messageLength(scene.ari, message.recordingId)
  if (length !== 'recording' && length !== null) live.flow.messageLeft(message, length)
}

/** Whether the caller still speaks, or has spoken: then the flow goes on from there. */
async function goOnWithMessage(
  { scene, live }: FlowInPlace,
  kept: KeptSession,
  message: KeptMessage,
): Promise<boolean> {
  const length = await messageLength(scene.ari, message.recordingId)
  if (length === null) return false
  live.reopenFlow(kept)
  live.flow.goOnRecording(message)
  if (length !== 'recording') live.recordingFinished(message.recordingId, length / 1_000)
  return true
}

function isBooking({ scene }: FlowInPlace, session: Session): boolean {
  const frame = session.frames.at(-1)
  if (frame === undefined) return false
  return scene.ports.flows.library.flow(frame.flowId, frame.version)?.script.nodes[frame.nodeId]?.verb === 'callback'
}
