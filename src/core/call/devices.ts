/**
 * An agent's leg rings on every device of theirs. Whichever is picked up first has the call, and is the leg from then on; the
 * others stop. One that is declined speaks for its person, so all stop; one that isn't there only drops out, while another
 * rings. To everything else of the call a leg is one channel: what its devices do is translated here, before and after.
 */
import type { AgentLeg, Call, CallAction, CallInput, CallStage, CallStep, Devices, LegEnd, LegStop } from './call.ts'
import { agentLegAt } from './parties.ts'

type LegGone = Extract<CallInput, { kind: 'leg-gone' }>
type Ring = Extract<CallInput, { kind: 'ring-agent' | 'ring-guest' }>

/** Q.850: busy, and rejected: a person has decided, or talks. */
const decisions: readonly number[] = [17, 21]

export function onDevices(call: Call, input: CallInput, step: (call: Call, input: CallInput) => CallStep): CallStep {
  switch (input.kind) {
    case 'ring-agent':
    case 'ring-guest':
      return ringOthers(step(call, input), input)
    case 'leg-up':
      return settled(step(takenOn(call, input.channelId), input))
    case 'leg-gone':
      return deviceGone(call, input, step)
    default:
      return call.devices.length === 0 ? step(call, input) : settled(step(call, input))
  }
}

/** The leg that a device rings for, as the call knows it; of any other channel, that one. */
export function legOfDevice(call: Call, channelId: string): string {
  return devicesWith(call, channelId)?.channelId ?? channelId
}

/** All that ring for an agent's leg. */
export function devicesOf(call: Call, channelId: string): readonly string[] {
  return [channelId, ...(call.devices.find((it) => it.channelId === channelId)?.others ?? [])]
}

/** Whether an agent's phone rings there and was not picked up. */
export function ringsOn(call: Call, channelId: string): boolean {
  return ringingAt(call.stage, legOfDevice(call, channelId)) !== null
}

const devicesWith = ({ devices }: Call, channelId: string): Devices | undefined =>
  devices.find((it) => it.channelId === channelId || it.others.includes(channelId))

function ringOthers({ call, actions }: CallStep, { channelId, others = [] }: Ring): CallStep {
  const leg = ringingAt(call.stage, channelId)
  if (leg === null || others.length === 0) return settled({ call, actions })
  const devices = [...call.devices, { channelId, others, dropped: null }]
  const rings = others.map((other): CallAction => ({ do: 'ring', leg: { ...leg, channelId: other } }))
  return settled({ call: { ...call, devices }, actions: [...actions, ...rings] })
}

/** From now on the leg is the device that was picked up. */
function takenOn(call: Call, channelId: string): Call {
  const own = devicesWith(call, channelId)
  if (own === undefined || own.channelId === channelId) return call
  return renamed(call, own, {
    ...own,
    channelId,
    others: [own.channelId, ...own.others.filter((it) => it !== channelId)],
  })
}

function deviceGone(call: Call, input: LegGone, step: (call: Call, input: CallInput) => CallStep): CallStep {
  const own = devicesWith(call, input.channelId)
  if (own === undefined || !ringsOn(call, input.channelId)) return settled(step(call, input))
  const left = [own.channelId, ...own.others].filter((it) => it !== input.channelId)
  const [first, ...others] = left
  const isDecided = input.seen && decisions.includes(input.cause)
  if (first === undefined || isDecided) {
    const end = isDecided ? input : moreTelling(own.dropped, input)
    const without = renamed(call, own, { channelId: input.channelId, others: left, dropped: null })
    return settled(step(without, { ...input, cause: end.cause, seen: end.seen }))
  }
  const { cause, seen } = input
  return settled({
    call: renamed(call, own, { channelId: first, others, dropped: moreTelling(own.dropped, { cause, seen }) }),
    actions: [],
  })
}

/** What the router makes of it, the most telling first: not now, rang out, unknown or taken elsewhere, not to be reached. */
const telling: readonly ((end: LegEnd) => boolean)[] = [
  ({ cause, seen }) => seen && cause === 31,
  ({ cause, seen }) => seen && cause === 19,
  ({ cause, seen }) => !seen || cause === 26,
  ({ cause }) => [3, 18, 20, 27].includes(cause),
  () => true,
]

function moreTelling(before: LegEnd | null, now: LegEnd): LegEnd {
  const rank = (end: LegEnd): number => telling.findIndex((it) => it(end))
  return before === null || rank(now) <= rank(before) ? now : before
}

/** Of a leg that rings no more, no device does. */
function settled({ call, actions }: CallStep): CallStep {
  const over = call.devices.filter(({ channelId }) => ringingAt(call.stage, channelId) === null)
  if (over.length === 0) return { call, actions }
  const stopped = new Set(actions.flatMap((it) => (it.do === 'hang-up-leg' ? it.channelId : [])))
  const stops = over.flatMap(({ channelId, others }): CallAction[] => {
    const cause = whyStopped(call.stage, channelId, actions)
    return others.filter((it) => !stopped.has(it)).map((it) => ({ do: 'hang-up-leg', channelId: it, cause }))
  })
  // Before anything else: they ring on until they hear of it.
  return {
    call: { ...call, devices: call.devices.filter((it) => !over.includes(it)) },
    actions: [...stops, ...actions],
  }
}

function whyStopped(stage: CallStage, channelId: string, actions: readonly CallAction[]): LegStop {
  if (agentLegAt(stage, channelId) !== null) return 'elsewhere'
  const own = actions.find((it) => it.do === 'hang-up-leg' && it.channelId === channelId)
  return own?.do === 'hang-up-leg' ? own.cause : 'rejected'
}

function ringingAt(stage: CallStage, channelId: string): AgentLeg | null {
  const isTaken =
    stage.kind === 'waiting'
      ? stage.answered
      : stage.kind === 'talking' && stage.parties.some((it) => it.channelId === channelId && it.place !== 'ringing')
  return isTaken ? null : agentLegAt(stage, channelId)
}

/** The leg, and what is known of its devices, by another of them. */
function renamed(call: Call, before: Devices, after: Devices): Call {
  const devices = call.devices.map((it) => (it === before ? after : it))
  const { stage } = call
  if (before.channelId === after.channelId) return { ...call, devices }
  const { channelId } = after
  if (stage.kind === 'waiting' && stage.ringing?.channelId === before.channelId)
    return { ...call, devices, stage: { ...stage, ringing: { ...stage.ringing, channelId } } }
  if (stage.kind !== 'talking') return { ...call, devices }
  const parties = stage.parties.map((it) => (it.channelId === before.channelId ? { ...it, channelId } : it))
  return { ...call, devices, stage: { ...stage, parties } }
}
