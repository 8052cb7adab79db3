/** What people may do to bring others into a call, and to leave it to them; the answer says why not. */
import { mayCome } from '../../core/call/coming.ts'
import type { CallInput } from '../../core/call/call.ts'
import {
  agentIdOf,
  agentsOn,
  hasJoined,
  isListener,
  isParked,
  leadOf,
  partyOfAgent,
  pendingOn,
} from '../../core/call/parties.ts'
import { consultationOf } from '../../core/call/transfer.ts'
import type { AgentId, InteractionId, QueueId } from '../../core/ids.ts'
import type { LiveCall } from './live-call.ts'
import { partyIdOf } from './naming.ts'
import { mayAct, ok, refuse, type Person, type Result } from './permission.ts'
import type { VoicePorts } from './ports.ts'
import type { VoiceChannel } from './voice-channel.ts'

export type Target = Readonly<{ agentId: AgentId } | { queueId: QueueId } | { number: string }>

export type Participant = Readonly<{
  id: string
  kind: 'customer' | 'agent' | 'outside'
  agentId: AgentId | null
  role: string
  state: string
  muted: boolean
}>

type Refused = ReturnType<typeof refuse>
type Talking = Readonly<{ call: LiveCall; queueId: QueueId; agentId: AgentId | null }>

/** How long a colleague's phone rings when they are asked by name or for one question. */
export const guestRingMs = 25_000

export type HandingOver = ReturnType<typeof handingOver>

export function handingOver(channel: VoiceChannel, ports: VoicePorts) {
  const talking = (id: InteractionId, by: Person): Talking | Refused => {
    const call = channel.call(id)
    if (call === null) return refuse('unknown-interaction', 'this call is not up')
    if (!mayAct(call, by)) return refuse('forbidden', 'you are not on this call')
    const { stage } = call.call
    if (stage.kind !== 'talking' || stage.queueId === null || leadOf(stage) === null)
      return refuse('not-talking', 'no agent is talking on this call')
    const lead = leadOf(stage)
    return { call, queueId: stage.queueId, agentId: lead === null ? null : agentIdOf(lead) }
  }

  const invite = async (
    { call, queueId, agentId }: Talking,
    to: { agentId: AgentId } | { queueId: QueueId },
    purpose: 'consult' | 'conference' | 'transfer',
  ): Promise<Result> => {
    const wanted = 'queueId' in to ? { queueId: to.queueId, except: agentsOn(call.call) } : to
    const request = { interactionId: call.id, to: wanted, queueId, purpose, by: agentId, ringMs: guestRingMs }
    const { refusal } = await ports.writer.submit({ kind: 'invite', ...request })
    return refusal === undefined ? ok : { refusal }
  }

  const callNumber = (
    { call, queueId }: Talking,
    number: string,
    purpose: 'consult' | 'conference' | 'transfer',
    by: Person,
  ): Result => {
    const { callerId } = ports.directory.queueTreatment(queueId)
    const asker = { kind: 'agent', agentId: by.id } as const
    const placement = ports.outbound.ask({ asker, number, interactionId: call.id, callerId })
    if (placement.kind === 'refused') return refuse(placement.code, placement.message)
    const asked = call.callInto({ placement, number, purpose, queueId, agentId: by.id })
    return asked ? ok : busy
  }

  const bringIn = async (
    id: InteractionId,
    by: Person,
    to: Target,
    purpose: 'consult' | 'conference' | 'transfer',
  ): Promise<Result> => {
    const found = talking(id, by)
    if ('refusal' in found) return found
    const { stage } = found.call.call
    if (stage.kind !== 'talking' || !mayCome(stage, purpose)) return busy
    if ('number' in to) return callNumber(found, to.number, purpose, by)
    if (!('queueId' in to) || purpose !== 'transfer') return invite(found, to, purpose)
    if (!ports.directory.queueExists(to.queueId)) return refuse('unknown-queue', `there is no queue ${to.queueId}`)
    if (!ports.directory.queueIsOpen(to.queueId, ports.now())) return refuse('queue-closed', 'this queue is closed now')
    return step(found.call, { kind: 'hand-to-queue', queueId: to.queueId }, busy)
  }

  const consulting = (id: InteractionId, by: Person, input: CallInput, needsAnswer: boolean): Promise<Result> => {
    const found = talking(id, by)
    if ('refusal' in found) return Promise.resolve(found)
    const consultation = consultationOf(found.call.call)
    if (consultation === null) return Promise.resolve(refuse('no-consult', 'nobody is being consulted'))
    if (by.role === 'agent' && agentIdOf(consultation.asking) !== by.id)
      return Promise.resolve(refuse('forbidden', 'another agent consults you'))
    if (needsAnswer && !hasJoined(consultation.asked))
      return Promise.resolve(refuse('not-answered', 'whoever is consulted has not answered yet'))
    return Promise.resolve(step(found.call, input, busy))
  }

  const moderate = (
    id: InteractionId,
    by: Person,
    participant: string,
  ): { call: LiveCall; channelId: string } | Refused => {
    const found = talking(id, by)
    if ('refusal' in found) return found
    // Agents moderate the call that they answer for.
    if (by.role === 'agent' && found.agentId !== by.id) return refuse('forbidden', 'another agent leads this call')
    const channelId = channelOf(found.call, participant)
    if (channelId === null) return refuse('unknown-participant', `nobody on this call is ${participant}`)
    return { call: found.call, channelId }
  }

  return {
    mayHandOn: (id: InteractionId, by: Person): boolean => !('refusal' in talking(id, by)),
    transfer: (id: InteractionId, by: Person, to: Target) => bringIn(id, by, to, 'transfer'),
    consult: (id: InteractionId, by: Person, to: Target) => bringIn(id, by, to, 'consult'),
    add: (id: InteractionId, by: Person, to: Target) => bringIn(id, by, to, 'conference'),
    swap: (id: InteractionId, by: Person) => consulting(id, by, { kind: 'swap' }, true),
    complete: (id: InteractionId, by: Person) => consulting(id, by, { kind: 'complete' }, false),
    cancel: (id: InteractionId, by: Person) => consulting(id, by, { kind: 'cancel-consult' }, false),
    join: (id: InteractionId, by: Person) => consulting(id, by, { kind: 'merge' }, true),
    participants(id: InteractionId, by: Person): readonly Participant[] | Refused {
      const call = channel.call(id)
      if (call === null) return refuse('unknown-interaction', 'this call is not up')
      return mayAct(call, by) ? participantsOf(call, by) : refuse('forbidden', 'you are not on this call')
    },
    mute: (id: InteractionId, by: Person, participant: string, on: boolean): Promise<Result> => {
      const found = moderate(id, by, participant)
      if ('refusal' in found) return Promise.resolve(found)
      found.call.step({ kind: 'mute', channelId: found.channelId, on })
      return Promise.resolve(ok)
    },
    remove: (id: InteractionId, by: Person, participant: string): Promise<Result> => {
      const found = moderate(id, by, participant)
      if ('refusal' in found) return Promise.resolve(found)
      if (found.channelId === found.call.call.customerChannelId)
        return Promise.resolve(refuse('invalid', 'the customer is not removed from their own call: hang up'))
      return Promise.resolve(step(found.call, { kind: 'remove', channelId: found.channelId }, lastOne))
    },
    park: (id: InteractionId, by: Person): Promise<Result> => {
      const found = talking(id, by)
      return Promise.resolve('refusal' in found ? found : step(found.call, { kind: 'park' }, busy))
    },
    /** By any agent who has room for it: their own phone rings. */
    async pickUp(id: InteractionId, by: Person): Promise<Result> {
      const call = channel.call(id)
      if (call === null) return refuse('unknown-interaction', 'this call is not up')
      const { stage } = call.call
      if (stage.kind !== 'talking' || stage.queueId === null || !isParked(call.call))
        return refuse('not-parked', 'this call is not parked')
      if (pendingOn(stage).length > 0) return refuse('already-there', 'somebody is picking it up')
      const { refusal } = await ports.writer.submit({
        kind: 'invite',
        interactionId: id,
        to: { agentId: by.id },
        queueId: stage.queueId,
        purpose: 'pick-up',
        by: by.id,
        ringMs: guestRingMs,
      })
      return refusal === undefined ? ok : { refusal }
    },
  }
}

const busy = refuse('busy-with-others', 'this call has others on it, or on the way to it: finish that first')
const lastOne = refuse('last-one', 'nobody else is on this call: hang up')

function step(call: LiveCall, input: CallInput, otherwise: Refused): Result {
  const before = call.call
  call.step(input)
  return call.call === before ? otherwise : ok
}

function channelOf(call: LiveCall, participant: string): string | null {
  const { stage, customerChannelId } = call.call
  if (participant === 'customer') return customerChannelId
  if (stage.kind !== 'talking') return null
  return stage.parties.find(({ channelId }) => partyIdOf(channelId) === participant)?.channelId ?? null
}

/** Agents aren't told who listens. */
function participantsOf({ call }: LiveCall, by: Person): Participant[] {
  const { stage } = call
  if (stage.kind !== 'talking') return []
  const own = partyOfAgent(call, by.id)
  const seen = stage.parties.filter((it) => !isListener(it) || by.role !== 'agent' || it === own)
  const customer: Participant = {
    id: 'customer',
    kind: 'customer',
    agentId: null,
    role: 'customer',
    state: stage.customer,
    muted: stage.customerMuted,
  }
  return [
    ...(stage.customer === 'gone' ? [] : [customer]),
    ...seen.map((it) => ({
      id: partyIdOf(it.channelId),
      kind: it.who.kind,
      agentId: agentIdOf(it),
      role: it.listening ?? it.role,
      state: it.place,
      muted: it.muted,
    })),
  ]
}
