/**
 * A callback reaches its customer before any agent is asked: their phone rings, they hear who calls, and press a key. A machine
 * presses none. Pure, a part of the call machine.
 */
import type { Call, CallStep, HangupCause } from './call.ts'
import { over, same, withActions as next } from './results.ts'

/** I am there: put me through. */
export const readyKey = '1'
/** I need the call no longer. */
export const declineKey = '9'
/** How often it is said before whoever answered counts as a machine. */
const mostAsked = 3

export function callCustomer(call: Call, channelId: string): CallStep {
  const { stage, customerChannelId } = call
  if (stage.kind !== 'waiting' || customerChannelId !== null || stage.ringing !== null) return same(call)
  return next({ ...call, stage: { kind: 'calling', queueId: stage.queueId, channelId, asked: 0 } }, [
    { do: 'dial-customer', channelId },
  ])
}

/** Somebody, or something, has picked up. */
export function pickedUp(call: Call): CallStep {
  const { stage } = call
  if (stage.kind !== 'calling' || stage.asked > 0) return same(call)
  return next({ ...call, stage: { ...stage, asked: 1 } }, [{ do: 'ask-customer', channelId: stage.channelId }])
}

/** Other keys say nothing, and it is asked on. */
export function keyWhileAsked(call: Call, digit: string): CallStep {
  const { stage } = call
  if (stage.kind !== 'calling' || stage.asked === 0) return same(call)
  if (digit === declineKey)
    return over(call, [{ do: 'end-interaction', by: 'customer', outcome: 'callback', cause: 'declined' }])
  if (digit !== readyKey) return same(call)
  const { queueId, channelId } = stage
  return next(
    { ...call, customerChannelId: channelId, stage: { kind: 'waiting', queueId, ringing: null, answered: false } },
    [{ do: 'stop-asking' }, { do: 'start-music', channelId }, { do: 'note-reached' }],
  )
}

export function notHeard(call: Call): CallStep {
  const { stage } = call
  if (stage.kind !== 'calling' || stage.asked === 0) return same(call)
  if (stage.asked < mostAsked)
    return next({ ...call, stage: { ...stage, asked: stage.asked + 1 } }, [
      { do: 'ask-customer', channelId: stage.channelId },
    ])
  return over(call, [{ do: 'end-interaction', by: 'system', outcome: 'failed', cause: 'no-key' }])
}

export function notReached(call: Call, cause: HangupCause): CallStep {
  const { stage } = call
  if (stage.kind !== 'calling') return same(call)
  const reason = stage.asked > 0 ? 'hung-up' : unreachedBecause(cause)
  // The leg is gone already.
  const without: Call = { ...call, stage: { ...stage, channelId: '' } }
  return over(without, [{ do: 'end-interaction', by: 'system', outcome: 'failed', cause: reason }])
}

/** The router takes the call back: the customer keeps their place. */
export function stopCalling(call: Call): CallStep {
  const { stage } = call
  if (stage.kind !== 'calling') return same(call)
  const { queueId, channelId } = stage
  return next({ ...call, stage: { kind: 'waiting', queueId, ringing: null, answered: false } }, [
    { do: 'stop-asking' },
    { do: 'hang-up-leg', channelId, cause: 'normal' },
  ])
}

/** Why a phone that was never picked up did not ring on; Q.850. */
export function unreachedBecause(cause: HangupCause): string {
  if (cause === 0) return 'unknown'
  if (cause === 17) return 'busy'
  if (cause === 18 || cause === 19) return 'no-answer'
  if (cause === 21) return 'rejected'
  if (cause === 1 || cause === 22 || cause === 28) return 'wrong-number'
  return cause === 3 || cause === 20 || cause === 27 ? 'unreachable' : `q850-${cause}`
}
