/** The shapes that every step ends in. */
import { arrange } from './arrange.ts'
import type { Call, CallAction, CallStage, CallStep, Party } from './call.ts'
import { agentIdOf, isListener, legsOf } from './parties.ts'

export function withActions(call: Call, actions: readonly CallAction[]): CallStep {
  return { call, actions }
}

export function same(call: Call): CallStep {
  return { call, actions: [] }
}

/** `first`: before the legs follow; `last`: after. */
export function go(call: Call, stage: CallStage, more: { first?: CallAction[]; last?: CallAction[] } = {}): CallStep {
  const { call: next, actions } = arrange(call, stage)
  return { call: next, actions: [...(more.first ?? []), ...actions, ...(more.last ?? [])] }
}

/** Every leg that is left is hung up; nothing of the call stays in Asterisk. */
export function over(call: Call, last: readonly CallAction[]): CallStep {
  const { stage, recordingId } = call
  const actions: CallAction[] = []
  for (const channelId of legsOf(call))
    if (channelId !== '') actions.push({ do: 'hang-up-leg', channelId, cause: 'normal' })
  if (stage.kind === 'talking') {
    for (const { channelId, place } of stage.parties)
      if (place === 'aside') actions.push({ do: 'stop-listening', channelId })
    if (recordingId !== null) actions.push({ do: 'stop-recording', recordingId })
    if (!['absent', 'ringing', 'tone'].includes(stage.customer)) actions.push({ do: 'destroy-bridge' })
  }
  if (stage.kind === 'calling') actions.push({ do: 'stop-asking' })
  actions.push({ do: 'stop-flow' })
  return { call: { ...call, stage: { kind: 'over' } }, actions: [...actions, ...last] }
}

/** Nobody talks any more: what was said is complete, and the next talk has a recording of its own. Who listened goes too. */
export function closeTalk(
  call: Call,
  parties: readonly Party[],
): { call: Call; parties: Party[]; actions: CallAction[] } {
  const { recordingId } = call
  const stop: CallAction[] = recordingId === null ? [] : [{ do: 'stop-recording', recordingId }]
  return {
    call: { ...call, recordingId: null, recordingPaused: null },
    parties: parties.filter((it) => !isListener(it)),
    actions: [...parties.filter(isListener).flatMap(sendAway), ...stop, { do: 'destroy-bridge' }],
  }
}

/** Off the call by request, which goes on without them. */
export function sendAway(party: Party): CallAction[] {
  const { channelId, place, lines } = party
  const agentId = agentIdOf(party)
  const legs = lines === null ? [channelId] : [lines.first, lines.second]
  return [
    ...legs.map((leg): CallAction => ({ do: 'hang-up-leg', channelId: leg, cause: 'normal' })),
    ...(place === 'aside' ? [{ do: 'stop-listening' as const, channelId }] : []),
    agentId === null
      ? { do: 'note-outside-left', channelId, cause: 'sent away' }
      : { do: 'leave-agent', agentId, cause: 'handed over' },
  ]
}
