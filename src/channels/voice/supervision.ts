/** A supervisor listens to a call, speaks to its agent alone, or joins it, on their own phone. */
import type { Listening } from '../../core/call/call.ts'
import { isListener, leadOf, partyOfAgent } from '../../core/call/parties.ts'
import type { InteractionId } from '../../core/ids.ts'
import { guestRingMs } from './handing-over.ts'
import { ok, refuse, type Person, type Result } from './permission.ts'
import type { VoicePorts } from './ports.ts'
import type { VoiceChannel } from './voice-channel.ts'

export type Supervision = ReturnType<typeof supervision>

export function supervision(channel: VoiceChannel, ports: VoicePorts) {
  return {
    /** Rings the supervisor's phone, or changes how they listen already. */
    async listen(id: InteractionId, by: Person, listening: Listening): Promise<Result> {
      const call = channel.call(id)
      if (call === null) return refuse('unknown-interaction', 'this call is not up')
      const { stage } = call.call
      if (stage.kind !== 'talking' || stage.queueId === null || leadOf(stage) === null)
        return refuse('not-talking', 'no agent is talking on this call')
      const party = partyOfAgent(call.call, by.id)
      if (party !== null && !isListener(party)) return refuse('already-there', 'you are on this call yourself')
      if (party !== null) {
        call.step({ kind: 'listen', channelId: party.channelId, listening })
        return ok
      }
      call.expectListener(by.id, listening)
      const { refusal } = await ports.writer.submit({
        kind: 'invite',
        interactionId: id,
        to: { agentId: by.id },
        queueId: stage.queueId,
        purpose: 'monitor',
        by: by.id,
        ringMs: guestRingMs,
      })
      return refusal === undefined ? ok : { refusal }
    },
    stop(id: InteractionId, by: Person): Promise<Result> {
      const call = channel.call(id)
      const party = call === null ? null : partyOfAgent(call.call, by.id)
      if (call === null || party === null || !isListener(party))
        return Promise.resolve(refuse('not-listening', 'you are not listening to this call'))
      call.step({ kind: 'remove', channelId: party.channelId })
      return Promise.resolve(ok)
    },
  }
}
