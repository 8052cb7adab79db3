/** The same process, a new connection: a call hears what it missed while nobody listened. */
import type { Call } from '../../core/call/call.ts'
import { agentLegOf, isPlain, legsOf } from '../../core/call/parties.ts'
import { unreached } from '../../core/call/talk.ts'
import { assertNever } from '../../core/assert-never.ts'
import type { InteractionView } from '../../core/routing/views.ts'
import type { LiveCall } from './live-call.ts'
import { diedWithAsterisk, endWithAsterisk } from './lost-with-asterisk.ts'
import type { KnownContact } from './ports.ts'
import { hearDevices, reconcile } from './recover-talk.ts'
import type { Scene } from './recovery-scene.ts'

export async function catchUp(
  scene: Scene,
  live: LiveCall,
  view: InteractionView,
  contact: KnownContact,
): Promise<void> {
  const { call } = live
  const customer = call.customerChannelId
  const isGone = customer !== null && !scene.channels.has(customer)
  if (isGone && diedWithAsterisk(scene, view, contact)) return endWithAsterisk(scene, live, view)
  if (isGone && !unreached(call) && !isAmongMany(call)) return endUnseen(scene, live)
  switch (call.stage.kind) {
    case 'flow':
      return live.flow.catchUp()
    case 'waiting': {
      if (call.stage.ringing !== null) hearDevices(scene, live, call.stage.ringing.channelId)
      const { stage } = live.call
      if (stage.kind === 'waiting' && 'waitingSince' in view) live.resumeWait(stage.queueId, view.waitingSince)
      return
    }
    case 'calling':
      return calling(scene, live, call.stage)
    case 'talking':
      return talking(scene, live)
    case 'over':
      return
    default:
      return assertNever(call.stage)
  }
}

/** A question whose end nobody heard is asked once more. */
function calling(scene: Scene, live: LiveCall, { channelId, asked }: { channelId: string; asked: number }): void {
  const phone = scene.channels.get(channelId)
  if (phone === undefined) return live.step({ kind: 'leg-gone', channelId, cause: 0, seen: false })
  if (phone.state === 'Down') return live.legEntered(channelId)
  if (phone.state === 'Up') return asked > 0 ? live.askAgain() : live.step({ kind: 'leg-up', channelId })
}

function talking(scene: Scene, live: LiveCall): void {
  const { call } = live
  const lead = agentLegOf(call)
  if (!isAmongMany(call) && !unreached(call) && lead !== null && !scene.channels.has(lead.channelId))
    return endUnseen(scene, live)
  for (const channelId of legsOf(call)) if (scene.channels.get(channelId)?.state === 'Down') live.legEntered(channelId)
  reconcile(scene, live)
}

/** More than one agent, or somebody outside, beside the customer. */
const isAmongMany = ({ stage }: Call): boolean => stage.kind === 'talking' && !isPlain(stage)

/** Somebody hung up, and nobody saw who or when. */
export function endUnseen(scene: Scene, live: LiveCall): void {
  const outcome = live.ownOutcome ?? (live.call.stage.kind === 'flow' ? 'unknown' : null)
  live.step({ kind: 'hang-up', by: 'unknown', outcome, cause: null, unseen: scene.unwatched })
}
