/** A call that we owe, its states, and how it is stored. */
import type { CustomerId, EntryPointId, InteractionId, Instant, QueueId } from '../core/ids.ts'
import type { Requirement } from '../core/rules.ts'

export const openCallbackStates = ['waiting', 'offered', 'dialling'] as const
export const callbackStates = [...openCallbackStates, 'done', 'cancelled', 'failed'] as const
export type OpenCallbackState = (typeof openCallbackStates)[number]
export type CallbackState = (typeof callbackStates)[number]

export const callbackOrigins = ['flow', 'lost-call', 'form', 'agent'] as const
export type CallbackOrigin = (typeof callbackOrigins)[number]

export type NewCallback = Readonly<{
  id: string
  /** The call that asked for it; a second request of the same call is the same callback. null: asked for otherwise. */
  ofInteractionId: InteractionId | null
  /** The interaction that will be the call back. */
  interactionId: InteractionId
  customerId: CustomerId | null
  /** As it will be dialled. */
  number: string
  queueId: QueueId
  entryPointId?: EntryPointId
  requirement?: Requirement
  priority?: number
  waitingSince: Instant
  requestedAt: Instant
  /** What the customer is spoken to in. */
  language: string
  /** When it is to stand in line; null: at once. */
  dueAt?: Instant | null
  requestedBy?: CallbackOrigin
  /** What the customer said that it is about. */
  subject?: string | null
}>

export type Callback = Readonly<
  Required<NewCallback> & {
    state: CallbackState
    reason: string | null
    attempts: number
    changedAt: Instant
  }
>

export type CallbackRow = {
  id: string
  interaction_id: string | null
  callback_interaction_id: string
  customer_id: string | null
  number: string
  queue_id: string
  entry_point_id: string
  requirement: Requirement
  priority: number
  waiting_since: number
  requested_at: number
  language: string
  due_at: number | null
  requested_by: CallbackOrigin
  subject: string | null
  state: CallbackState
  reason: string | null
  attempts: number
  changed_at: number
}

export function firstCallback(result: { rows: CallbackRow[] }): Callback | null {
  const row = result.rows[0]
  return row === undefined ? null : toCallback(row)
}

export function toCallback(row: CallbackRow): Callback {
  return {
    id: row.id,
    ofInteractionId: row.interaction_id,
    interactionId: row.callback_interaction_id,
    customerId: row.customer_id,
    number: row.number,
    queueId: row.queue_id,
    entryPointId: row.entry_point_id,
    requirement: row.requirement,
    priority: row.priority,
    waitingSince: row.waiting_since,
    requestedAt: row.requested_at,
    language: row.language,
    dueAt: row.due_at,
    requestedBy: row.requested_by,
    subject: row.subject,
    state: row.state,
    reason: row.reason,
    attempts: row.attempts,
    changedAt: row.changed_at,
  }
}
