/** Whom somebody on a call has in front of them: what their telephone shows. */
import type { AgentId } from '../ids.ts'
import type { Call, Party, Talk } from './call.ts'
import { legOfDevice } from './devices.ts'
import { isListener, personsOn } from './parties.ts'
import { consultationOf } from './transfer.ts'

export type Facing =
  | Readonly<{ kind: 'customer' }>
  | Readonly<{ kind: 'agent'; agentId: AgentId }>
  | Readonly<{ kind: 'outside'; channelId: string }>

const customer: Facing = { kind: 'customer' }

/** In a conference, and for whoever listens or is rung to take over: the customer, whom all of it is about. */
export function facingOf(call: Call, device: string): Facing {
  const channelId = legOfDevice(call, device)
  const { stage } = call
  if (stage.kind !== 'talking') return customer
  const consultation = consultationOf(call)
  if (consultation === null) return stage.customer === 'gone' ? anotherThan(stage, channelId) : customer
  const { asking, asked } = consultation
  if (channelId === asked.channelId) return partyAs(asking)
  if (channelId !== asking.channelId) return customer
  return stage.customer === 'talking' ? customer : partyAs(asked)
}

/** Colleagues who go on without the customer. */
function anotherThan(stage: Talk, channelId: string): Facing {
  const other = personsOn(stage).find((it) => it.channelId !== channelId && !isListener(it))
  return other === undefined ? customer : partyAs(other)
}

function partyAs({ channelId, who }: Party): Facing {
  return who.kind === 'agent' ? { kind: 'agent', agentId: who.agentId } : { kind: 'outside', channelId }
}
