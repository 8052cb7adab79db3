/** Callbacks on the telephone: a call that the customer may put down keeps its place in line as an interaction of its own. */
import { enqueueCallback } from './enqueue-request.ts'
import type { CallbackRequest, VoicePorts } from './ports.ts'
import type { CallParty } from './call-party.ts'

/** Where callbacks arrive from, in the history. */
export const callbackEntryPointId = 'callback'

/** Timers take no more than 2^31 ms; a clock that was set is noticed within the day. */
const longestTimerMs = 86_400_000

/** Callbacks that are to stand in line now or in a while. */
export class CallbackLine {
  readonly #ports: VoicePorts
  readonly #expect: (callback: CallbackRequest, party: CallParty) => void
  readonly #planned = new Map<string, NodeJS.Timeout>()

  constructor(ports: VoicePorts, expect: (callback: CallbackRequest, party: CallParty) => void) {
    this.#ports = ports
    this.#expect = expect
  }

  /** Puts it in line when it is due. */
  plan(callback: CallbackRequest): void {
    clearTimeout(this.#planned.get(callback.id))
    const leftMs = Math.max(0, (callback.dueAt ?? 0) - this.#ports.now())
    const timer = setTimeout(
      () => {
        if (leftMs > longestTimerMs) return this.plan(callback)
        this.#planned.delete(callback.id)
        this.start(callback).catch((error: unknown) =>
          // It is stored: the next start puts it in line.
          this.#ports.log.error({ err: error, callback: callback.id }, 'the callback could not be put in line'),
        )
      },
      Math.min(leftMs, longestTimerMs),
    )
    this.#planned.set(callback.id, timer)
  }

  isPlanned(callback: CallbackRequest): boolean {
    return this.#planned.has(callback.id)
  }

  start(callback: CallbackRequest): Promise<void> {
    return startCallback(this.#ports, this.#expect, callback)
  }

  stop(): void {
    for (const timer of this.#planned.values()) clearTimeout(timer)
    this.#planned.clear()
  }
}

/**
 * Puts the callback in line at the place that its call had. Safe to repeat: the interaction's id derives from the call, and
 * the router ignores a second arrival.
 */
async function startCallback(
  ports: VoicePorts,
  expect: (callback: CallbackRequest, party: CallParty) => void,
  callback: CallbackRequest,
): Promise<void> {
  // Cancelled, moved, or its customer served otherwise, before its turn to wait came.
  if (!(await ports.callbacks.isOpen(callback.id, callback.interactionId))) return
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
      announcement: null,
      recordingNotice: null,
    },
    caller: { customerId: callback.customerId, identity: callback.number, lastAgentId: null, customer: null },
    displayName: null,
  }
}
