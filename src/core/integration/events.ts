/** What happened, as it is told to systems outside: ids and figures; they ask the API for the rest. */
import type { Fact } from '../facts.ts'
import type { Instant } from '../ids.ts'

export const eventTypes = [
  'interaction.arrived',
  'interaction.queued',
  'interaction.answered',
  'interaction.ended',
  'interaction.wrapped-up',
  'message.received',
  'message.sent',
  'voicemail.left',
  'callback.requested',
  'survey.answered',
  'customer.created',
  'customer.changed',
  'customer.merged',
  'customer.unmerged',
  'case.opened',
  'case.closed',
  'case.reopened',
  'ping',
] as const
export type EventType = (typeof eventTypes)[number]

export type OutgoingEvent = Readonly<{
  /** The same for every copy, so that who receives it twice can tell. */
  id: string
  type: EventType
  at: Instant
  data: Readonly<Record<string, string | number | boolean | null>>
}>

/** null: nothing that anybody outside is told. */
export function eventOf(seq: number, fact: Fact): OutgoingEvent | null {
  const event = (type: EventType, data: OutgoingEvent['data']): OutgoingEvent => ({
    id: `fact-${seq}`,
    type,
    at: fact.at,
    data,
  })
  switch (fact.kind) {
    case 'interaction-arrived': {
      const { interactionId, channel, direction, entryPointId, customerId } = fact
      return event('interaction.arrived', { interactionId, channel, direction, entryPointId, customerId })
    }
    case 'interaction-queued':
      return event('interaction.queued', { interactionId: fact.interactionId, queueId: fact.queueId })
    case 'offer-accepted':
      return event('interaction.answered', { interactionId: fact.interactionId, agentId: fact.agentId })
    case 'interaction-ended': {
      const { interactionId, by, outcome, cause } = fact
      return event('interaction.ended', { interactionId, by, outcome, cause })
    }
    case 'wrap-up-ended':
      return event('interaction.wrapped-up', { interactionId: fact.interactionId, agentId: fact.agentId })
    case 'message-received': {
      const { interactionId, messageId, length, files } = fact
      return event('message.received', { interactionId, messageId, length, files })
    }
    case 'message-sent': {
      const { interactionId, messageId, by, agentId = null, length, files } = fact
      return event('message.sent', { interactionId, messageId, by, agentId, length, files })
    }
    case 'voicemail-left': {
      const { interactionId, recordingId, queueId, durationMs } = fact
      return event('voicemail.left', { interactionId, recordingId, queueId, durationMs })
    }
    case 'callback-requested': {
      const { interactionId, callbackId, queueId } = fact
      return event('callback.requested', { interactionId, callbackId, queueId })
    }
    case 'survey-answered':
      return event('survey.answered', { interactionId: fact.interactionId, nodeId: fact.nodeId, score: fact.score })
    default:
      return null
  }
}
