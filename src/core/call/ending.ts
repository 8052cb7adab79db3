/** How a step of the call machine is put together, and how every call ends. */
import { legsOf, type Call, type CallAction, type CallStep } from './call.ts'

/** Every leg that is left is hung up; nothing of the call stays in Asterisk. */
export function over(call: Call, first: readonly CallAction[], bridged = isBridged(call)): CallStep {
  const actions: CallAction[] = []
  for (const channelId of legsOf(call))
    if (channelId !== '') actions.push({ do: 'hang-up-leg', channelId, cause: 'normal' })
  if (call.stage.kind === 'talking' && call.recordingId !== null)
    actions.push({ do: 'stop-recording', recordingId: call.recordingId })
  if (bridged) actions.push({ do: 'destroy-bridge' })
  if (call.stage.kind === 'calling') actions.push({ do: 'stop-asking' })
  actions.push({ do: 'stop-flow' })
  return next({ ...call, stage: { kind: 'over' } }, [...actions, ...first])
}

function isBridged({ stage }: Call): boolean {
  return stage.kind === 'talking' || (stage.kind === 'outside' && stage.answered)
}

export function next(call: Call, actions: readonly CallAction[] = []): CallStep {
  return { call, actions }
}

export function same(call: Call): CallStep {
  return { call, actions: [] }
}
