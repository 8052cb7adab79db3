/** What the call machine asks for, given to the part of the call that sees to it. */
import type { CallAction } from '../../core/call/call.ts'
import type { CallParts } from './call-parts.ts'
import { partyIdOf } from './naming.ts'

export function perform(parts: CallParts, action: CallAction): void {
  const { interactionId, ports, journal, flow, outside, recording } = parts
  const now = () => ({ at: ports.now(), interactionId })
  switch (action.do) {
    case 'ring':
      return parts.ringing.ring(action.leg)
    case 'call-out':
      return parts.dialling.callOut()
    case 'dial-customer':
      return parts.dialling.callBack(action.channelId)
    case 'ask-customer':
      return parts.dialling.ask(action.channelId)
    case 'stop-asking':
      return parts.check.stop()
    case 'note-reached':
      return parts.line.reached()
    case 'dial-outside':
      return outside.dial(action.channelId)
    case 'passed-on':
      journal.record({ ...now(), kind: 'transferred-out', destination: 'number' })
      return flow.transferred(outside.effectId)
    case 'not-passed-on':
      return flow.transferFailed(outside.effectId, action.cause)
    case 'start-recording':
      return void recording.start(action.recordingId)
    case 'stop-recording':
      // The bridge goes with the talk, and the recording with the bridge; its end is told by an event.
      return void recording.over(action.recordingId)
    case 'leave-conversation':
      journal.record({ ...now(), kind: 'agent-leg-lost', cause: action.cause })
      return flow.agentLeft()
    case 'pause-recording':
      return recording.pause(action.recordingId, action.reason)
    case 'resume-recording':
      return recording.resume(action.recordingId, action.reason)
    case 'accept-offer': {
      const { offerId } = action
      return journal.submit({ kind: 'accept-offer', interactionId, offerId }, () =>
        parts.step({ kind: 'accept-refused', offerId }),
      )
    }
    case 'decline-offer': {
      const { offerId, reason } = action
      return journal.submit({ kind: 'decline-offer', interactionId, offerId, reason })
    }
    case 'lose-offer':
      return journal.submit({ kind: 'lose-offer', interactionId, offerId: action.offerId })
    case 'note-hold':
      return journal.record({ ...now(), kind: action.on ? 'hold-started' : 'hold-ended', agentId: action.agentId })
    case 'leave-agent': {
      const { agentId, cause } = action
      return journal.submit({ kind: 'leave', interactionId, agentId, cause })
    }
    case 'enqueue':
      return parts.line.takeAgain(action)
    case 'note-parties': {
      const { customer, agents } = action
      const others = action.outside.map(({ channelId, does }) => ({ partyId: partyIdOf(channelId), does }))
      return journal.record({ ...now(), kind: 'parties-changed', customer, agents, outside: others })
    }
    case 'note-parked': {
      const { agentId, queueId } = action
      const until = parts.parking.beginWhole()
      return journal.record({ ...now(), kind: 'call-parked', agentId, queueId, until })
    }
    case 'note-outside-left':
      return journal.record({
        ...now(),
        kind: 'outside-left',
        partyId: partyIdOf(action.channelId),
        cause: action.cause,
      })
    case 'note-customer-left':
      return journal.record({ ...now(), kind: 'caller-leg-lost', cause: action.cause })
    case 'end-interaction':
      return void parts.ending.end(action)
    case 'stop-flow':
      parts.queue.end()
      return flow.stop()
    default:
      return parts.media.perform(action, music(parts))
  }
}

/** Of the queue that the caller waits in. */
function music({ ports, call }: CallParts): string {
  const { stage } = call()
  return stage.kind === 'waiting' ? ports.directory.queueTreatment(stage.queueId).music : 'default'
}
