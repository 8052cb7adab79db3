/** From one stage to the next: what each leg must do and hear follows from where it was and where it is to be. */
import { sameValue } from '../same-value.ts'
import type { Call, CallAction, CallStage, CallStep, Talk } from './call.ts'
import { attendanceOf, isPlain, leadOf, personsOn } from './parties.ts'

type Spot = Readonly<{ channelId: string; place: string; muted: boolean; to: string | null }>

/** Legs that the next stage doesn't know have been hung up, or are gone. */
export function arrange(call: Call, stage: CallStage): CallStep {
  const before = new Map(spotsOf(call).map((spot) => [spot.channelId, spot]))
  const moves = spotsOf({ ...call, stage }).map((after) => ({ before: before.get(after.channelId) ?? null, after }))
  const joining = moves.filter((it) => it.after.place === 'talking' && it.before?.place !== 'talking')
  const actions: CallAction[] = [
    ...moves.flatMap(silence),
    ...moves.flatMap(({ before, after }): CallAction[] =>
      (before?.muted ?? false) === after.muted ? [] : [{ do: 'mute-leg', channelId: after.channelId, on: after.muted }],
    ),
    ...(joining.length === 0 ? [] : [{ do: 'join' as const, channelIds: joining.map(({ after }) => after.channelId) }]),
    ...moves.flatMap(sound),
    ...moves.flatMap(leaveRoom),
  ]
  const next = { ...call, stage }
  const recording = keepPrivate(next)
  return {
    call: { ...next, recordingPaused: recording.paused },
    actions: [...actions, ...recording.actions, ...noteParties(call.stage, stage)],
  }
}

type Move = Readonly<{ before: Spot | null; after: Spot }>

function silence({ before, after }: Move): CallAction[] {
  if (before === null || isStill(before, after)) return []
  const { channelId } = after
  if (before.place === 'music') return [{ do: 'stop-music', channelId }]
  if (before.place === 'tone') return [{ do: 'stop-ring-tone', channelId }]
  return before.place === 'talking' ? [{ do: 'leave', channelId }] : []
}

/** Once they are where they are to be: a leg whose room ends under it may not arrive. Who listens to another takes a new room. */
const leaveRoom = ({ before, after }: Move): CallAction[] =>
  before?.place === 'aside' && after.place !== 'aside' ? [{ do: 'stop-listening', channelId: after.channelId }] : []

/** Whoever listens turns to another when the one they listened to has left. */
const isStill = (before: Spot, after: Spot): boolean =>
  before.place === after.place && (after.place !== 'aside' || before.to === after.to)

function sound({ before, after }: Move): CallAction[] {
  if (before !== null && isStill(before, after)) return []
  const { channelId, place, to } = after
  if (place === 'music') return [{ do: 'start-music', channelId }]
  if (place === 'tone') return [{ do: 'start-ring-tone', channelId }]
  return place === 'aside' && to !== null ? [{ do: 'listen', channelId, to }] : []
}

function spotsOf({ stage, customerChannelId }: Call): Spot[] {
  const customer = (place: string, muted = false): Spot[] =>
    customerChannelId === null ? [] : [{ channelId: customerChannelId, place, muted, to: null }]
  switch (stage.kind) {
    case 'flow':
      return customer('flow')
    case 'waiting':
      return customer('music')
    case 'talking': {
      const to = leadOf(stage)?.channelId ?? null
      const others = stage.parties.flatMap(({ channelId, place, muted, lines }): Spot[] => {
        const spot = { channelId, place, muted, to }
        if (lines === null) return [spot]
        const idle = lines.first === channelId ? lines.second : lines.first
        return [spot, { channelId: idle, place: 'idle', muted: false, to: null }]
      })
      return stage.customer === 'gone' ? others : [...customer(stage.customer, stage.customerMuted), ...others]
    }
    case 'calling':
    case 'over':
      return []
  }
}

/** What colleagues say to each other without the customer is no part of the recording. */
function keepPrivate({ stage, recordingId, recordingPaused: paused }: Call): {
  paused: string | null
  actions: CallAction[]
} {
  const isPrivate = stage.kind === 'talking' && stage.customer !== 'talking' && personsOn(stage).length > 1
  const reason = 'consult'
  if (recordingId === null) return { paused, actions: [] }
  if (isPrivate && paused === null) return { paused: reason, actions: [{ do: 'pause-recording', recordingId, reason }] }
  if (!isPrivate && paused === reason && stage.kind === 'talking')
    return { paused: null, actions: [{ do: 'resume-recording', recordingId, reason }] }
  return { paused, actions: [] }
}

/** A talk of two needs no word beyond the router's. */
function noteParties(before: CallStage, after: CallStage): CallAction[] {
  if (after.kind !== 'talking' || (isSimple(before) && isPlain(after))) return []
  const attendance = attendanceOf(after)
  if (before.kind === 'talking' && sameValue(attendanceOf(before), attendance)) return []
  return [{ do: 'note-parties', ...attendance }]
}

const isSimple = (stage: CallStage): boolean => stage.kind !== 'talking' || isPlain(stage satisfies Talk)
