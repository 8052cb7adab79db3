/** An agent's own calls: their phone rings first, then the customer's. */
import { randomUUID } from 'node:crypto'
import { outboundCall } from '../../core/call/call.ts'
import type { InteractionId, QueueId } from '../../core/ids.ts'
import type { ListedCall } from '../../core/preview/entry.ts'
import { agentOf } from '../../core/routing/state.ts'
import { CallJournal } from './call-journal.ts'
import { guestRingMs } from './handing-over.ts'
import { refuse, type Person } from './permission.ts'
import type { VoicePorts } from './ports.ts'
import type { VoiceChannel } from './voice-channel.ts'

/** Where an agent's own calls arrive from, in the history. */
const outboundEntryPointId = 'outbound'

export type Placed = Readonly<{ interactionId: InteractionId }> | ReturnType<typeof refuse>
export type OwnCalls = ReturnType<typeof ownCalls>

export function ownCalls(channel: VoiceChannel, ports: VoicePorts) {
  const place = async (
    by: Person,
    to: string,
    queue: QueueId | null,
    listed: ListedCall | null = null,
  ): Promise<Placed> => {
    const agent = agentOf(ports.writer.state(), by.id)
    if (agent === null) return refuse('not-an-agent', 'only agents place calls: you have no phone here')
    const queueId = queue ?? agent.rules.queueIds[0]
    if (queueId === undefined || !ports.directory.queueExists(queueId))
      return refuse('unknown-queue', queue === null ? 'you are in no queue: name one' : `there is no queue ${queue}`)
    if (by.role === 'agent' && !agent.rules.queueIds.includes(queueId))
      return refuse('forbidden', `you are not in ${queueId}`)
    const { callerId } = ports.directory.queueTreatment(queueId)
    const asker = { kind: 'agent', agentId: by.id } as const
    const refusal = ports.outbound.wouldRefuse({ asker, number: to, interactionId: null, callerId })
    if (refusal !== null) return refuse(refusal.code, refusal.message)
    return begin(by, to, queueId, listed)
  }

  const begin = async (by: Person, to: string, queueId: QueueId, listed: ListedCall | null): Promise<Placed> => {
    const interactionId = listed?.interactionId ?? randomUUID()
    const caller = await ports.customers.recognise(to, null, interactionId)
    const at = ports.now()
    const identity = caller.identity ?? to
    const entryPoint = {
      id: outboundEntryPointId,
      number: to,
      flowId: '',
      language: null,
      fallbackQueueId: queueId,
      announcement: null,
      recordingNotice: null,
    }
    const party = { entryPoint, caller: { ...caller, identity: to }, displayName: null }
    const call = channel.begin(by.id, { call: outboundCall(interactionId, queueId), party, callback: null })
    const contact = { kind: 'contact', interactionId, at, identity, displayName: null, dialled: to } as const
    const arrived = ports.writer.submit(
      {
        kind: 'arrive',
        interactionId,
        channel: 'voice',
        direction: 'outbound',
        entryPointId: outboundEntryPointId,
        providerId: interactionId,
        customerId: caller.customerId,
      },
      { details: [contact] },
    )
    if (listed !== null)
      new CallJournal(interactionId, ports).record({ at, kind: 'called-from-list', ...listed, agentId: by.id })
    const invited = ports.writer.submit({
      kind: 'invite',
      interactionId,
      to: { agentId: by.id },
      queueId,
      purpose: 'outbound',
      by: by.id,
      ringMs: guestRingMs,
    })
    const refusal = (await arrived).refusal ?? (await invited).refusal
    if (refusal === undefined) return { interactionId }
    call.step({ kind: 'hang-up', by: 'system', outcome: 'failed', cause: refusal.code })
    return { refusal }
  }

  return {
    place,
    /** The customer of an earlier interaction, at the number that they called from. */
    async callBack(by: Person, of: InteractionId, queue: QueueId | null): Promise<Placed> {
      const [contact] = await ports.recovery.contacts([of])
      if (contact === undefined) return refuse('unknown-interaction', `there is no interaction ${of}`)
      if (contact.identity === null) return refuse('withheld', 'the customer withheld their number')
      return place(by, contact.identity, queue)
    },
  }
}
