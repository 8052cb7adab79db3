/** What people may do with a call that is up; the answer says why not. */
import type { InteractionId } from '../../core/ids.ts'
import { agentLegOf, partyOfAgent } from '../../core/call/parties.ts'
import type { LiveCall } from './live-call.ts'
import { mayAct, ok, refuse, type Person, type Result } from './permission.ts'
import type { VoiceChannel } from './voice-channel.ts'

export function voiceControls(channel: VoiceChannel) {
  /** An agent acts on the call that they talk on, a supervisor on every one. */
  const talking = (interactionId: InteractionId, by: Person): LiveCall | Result => {
    const call = channel.call(interactionId)
    if (call === null) return refuse('unknown-interaction', 'this call is not up')
    if (!mayAct(call, by)) return refuse('forbidden', 'you are not on this call')
    return call.call.stage.kind === 'talking' ? call : refuse('not-talking', 'nobody is talking on this call')
  }
  const act = (interactionId: InteractionId, by: Person, work: (call: LiveCall) => Result): Promise<Result> => {
    const call = talking(interactionId, by)
    return Promise.resolve('call' in call ? work(call) : call)
  }
  const stageOf = (call: LiveCall) => (call.call.stage.kind === 'talking' ? call.call.stage : null)

  return {
    hold: (id: InteractionId, by: Person) =>
      act(id, by, (call) => {
        if (stageOf(call)?.held !== null) return refuse('already-held', 'the customer is on hold already')
        if (stageOf(call)?.customer !== 'talking')
          return refuse('not-talking', 'the customer is not in the conversation')
        call.step({ kind: 'hold', by: 'agent' })
        return ok
      }),
    resume: (id: InteractionId, by: Person) =>
      act(id, by, (call) => {
        const held = stageOf(call)?.held ?? null
        if (held === null) return refuse('not-held', 'the customer is not on hold')
        if (held === 'phone') return refuse('held-by-phone', 'the phone holds the customer: resume there')
        call.step({ kind: 'resume', by: 'agent' })
        return ok
      }),
    mute: (id: InteractionId, by: Person, on: boolean) =>
      act(id, by, (call) => {
        const channelId = (partyOfAgent(call.call, by.id) ?? agentLegOf(call.call))?.channelId
        if (channelId === undefined) return refuse('not-talking', 'nobody is there to be muted')
        call.step({ kind: 'mute', channelId, on })
        return ok
      }),
    digits: (id: InteractionId, by: Person, digits: string) =>
      act(id, by, (call) => {
        call.sendDigits(digits)
        return ok
      }),
    recording: (id: InteractionId, by: Person, action: 'pause' | 'resume') =>
      act(id, by, (call) => {
        if (call.call.recordingId === null) return refuse('not-recorded', 'this call is not being recorded')
        call.step({ kind: action === 'pause' ? 'pause-recording' : 'resume-recording', reason: 'agent' })
        return ok
      }),
    rejoin: async (id: InteractionId, by: Person): Promise<Result> => {
      const call = talking(id, by)
      if (!('call' in call)) return call
      const rings = await call.ringAgain(by.id)
      if (rings === 'not-talking') return refuse('not-talking', 'you do not talk on this call')
      return rings === 'rings' ? ok : refuse('at-desk-phone', 'you talk on this call at your desk phone')
    },
    /** Also ends a call that waits or is in its flow, if a supervisor wants that. */
    hangUp: (id: InteractionId, by: Person): Promise<Result> => {
      const call = channel.call(id)
      if (call === null) return Promise.resolve(refuse('unknown-interaction', 'this call is not up'))
      if (!mayAct(call, by)) return Promise.resolve(refuse('forbidden', 'you are not on this call'))
      if (by.role === 'agent') call.agentHangsUp(by.id)
      else call.step({ kind: 'hang-up', by: 'system', outcome: null, cause: 'by request' })
      return Promise.resolve(ok)
    },
  }
}
