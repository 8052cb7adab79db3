/** What the router wants of one call: phones that ring for an offer, whoever picked up let in, the flow gone on with. */
import { assertNever } from '../../core/assert-never.ts'
import type { Call } from '../../core/call/call.ts'
import type { Command } from '../../core/commands.ts'
import type { QueueId } from '../../core/ids.ts'
import type { CallParts } from './call-parts.ts'
import { customerChannelId } from './naming.ts'

export function carryOut(parts: CallParts, command: Command): void {
  const { interactionId, recording, step } = parts
  const { offerId } = 'offerId' in command ? command : { offerId: '' }
  switch (command.kind) {
    case 'ring-agent':
      return parts.ringing.offer(command)
    case 'ring-guest':
      return parts.ringing.invite(command)
    case 'stop-ringing':
      return step({ kind: 'stop-ringing', offerId })
    case 'connect-agent':
      parts.queue.end()
      return step({ kind: 'connect-agent', offerId, record: recording.nameOfNext(queueOf(parts.call())) })
    case 'connect-guest': {
      const record = recording.nameOfNext(queueOf(parts.call()))
      return step({ kind: command.kind, offerId, agentId: command.agentId, record })
    }
    case 'call-customer':
      return step({ kind: 'call-customer', channelId: customerChannelId(interactionId) })
    case 'stop-calling':
      return step({ kind: 'stop-calling' })
    case 'return-to-flow':
      parts.queue.end()
      step({ kind: 'returned-to-flow' })
      if (parts.flow.returned(command.outcome)) return
      return step({
        kind: 'hang-up',
        by: 'system',
        outcome: parts.callback === null ? null : 'failed',
        cause: command.outcome,
      })
    default:
      return assertNever(command)
  }
}

function queueOf({ stage }: Call): QueueId | null {
  return stage.kind === 'waiting' || stage.kind === 'talking' ? stage.queueId : null
}
