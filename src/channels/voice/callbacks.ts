/** Callbacks on the telephone: a call that the customer may put down keeps its place in line as an interaction of its own. */
import { enqueueCallback } from './enqueue-request.ts'
import type { CallbackRequest, VoicePorts } from './ports.ts'
import type { CallParty } from './live-call.ts'

/** Where callbacks arrive from, in the history. */
export const callbackEntryPointId = 'callback'

/**
 * Puts the callback in line at the place that its call had. Safe to repeat: the interaction's id derives from the call, and
 * the router ignores a second arrival.
 */
export async function startCallback(
  ports: VoicePorts,
  expect: (callback: CallbackRequest, party: CallParty) => void,
  callback: CallbackRequest,
): Promise<void> {
  // Cancelled, or its customer served otherwise, before its turn to wait came.
  if (!(await ports.callbacks.isOpen(callback.id))) return
  expect(callback, partyOf(callback))
  const at = ports.now()
  const { interactionId, number, customerId } = callback
  const arrived = ports.writer.submit(
    {
      kind: 'arrive',
      interactionId,
      channel: 'voice',
      direction: 'outbound',
      entryPointId: callbackEntryPointId,
      providerId: callback.id,
      customerId,
    },
    { details: [{ kind: 'contact', interactionId, at, identity: number, displayName: null, dialled: number }] },
  )
  const queued = ports.writer.submit(enqueueCallback(callback))
  const refusal = (await arrived).refusal ?? (await queued).refusal
  if (refusal !== undefined && refusal.code !== 'already-queued') {
    ports.log.error({ callback: callback.id, refusal }, 'the callback could not be put in line')
    await ports.callbacks.close(callback.id, 'failed', refusal.code)
  }
}

export function partyOf(callback: CallbackRequest): CallParty {
  return {
    entryPoint: {
      id: callbackEntryPointId,
      number: callback.number,
      flowId: '',
      language: null,
      fallbackQueueId: callback.queueId,
    },
    caller: { customerId: callback.customerId, identity: callback.number, lastAgentId: null, customer: null },
    displayName: null,
  }
}
