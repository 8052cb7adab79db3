/** How a customer's phone comes to be dialled: by an agent of an own call, or for a callback, whose customer presses a key. */
import type { Call, CallInput } from '../../core/call/call.ts'
import { agentLegOf } from '../../core/call/parties.ts'
import type { InteractionId } from '../../core/ids.ts'
import type { CallbackCourse } from './callback-course.ts'
import type { CallParty } from './call-party.ts'
import type { CustomerCheck } from './customer-check.ts'
import type { Legs } from './legs.ts'
import { customerChannelId } from './naming.ts'
import type { CallbackRequest, VoicePorts } from './ports.ts'

export type CustomerDiallingOptions = Readonly<{
  interactionId: InteractionId
  ports: Pick<VoicePorts, 'directory' | 'now' | 'outbound'>
  party: CallParty
  /** null, and its course with it: the call is no callback. */
  callback: CallbackRequest | null
  course: CallbackCourse | null
  check: CustomerCheck
  legs: Legs
  call(): Call
  language(): string
  step(input: CallInput): void
  /** A customer who is called back is dialled now. */
  onDialOut(): void
}>

export class CustomerDialling {
  readonly #options: CustomerDiallingOptions

  constructor(options: CustomerDiallingOptions) {
    this.#options = options
  }

  /** The agent of an own call is on the line: the customer's phone rings. */
  callOut(): void {
    const { interactionId, ports, party, legs, step } = this.#options
    const call = this.#options.call()
    const lead = agentLegOf(call)
    const { identity } = party.caller
    const asker = { kind: 'agent', agentId: lead?.agentId ?? '' } as const
    const { stage } = call
    const queueId = stage.kind === 'talking' ? stage.queueId : null
    const callerId = queueId === null ? null : ports.directory.queueTreatment(queueId).callerId
    const placement = ports.outbound.ask({ asker, number: identity ?? '', interactionId, callerId })
    if (placement.kind === 'refused')
      return step({ kind: 'hang-up', by: 'system', outcome: 'failed', cause: placement.code })
    const channelId = customerChannelId(interactionId)
    step({ kind: 'customer-dialled', channelId })
    legs.ringOutside({ channelId, placement, originator: lead?.channelId ?? null })
  }

  /** After recovery: the phone was not dialled yet, or nobody saw the end of its ringing. */
  callOutAgain(): void {
    const { stage } = this.#options.call()
    if (stage.kind === 'talking' && (stage.customer === 'absent' || stage.customer === 'ringing')) this.callOut()
  }

  callBack(channelId: string): void {
    const { interactionId, ports, callback, course, legs, step, onDialOut } = this.#options
    if (callback === null) return
    const { id: callbackId, number, queueId } = callback
    // Agents may be there for other queues: nobody is called outside of the hours of theirs.
    if (!ports.directory.queueIsOpen(queueId, ports.now()))
      return step({ kind: 'hang-up', by: 'system', outcome: 'failed', cause: 'closed' })
    const asker = { kind: 'callback', callbackId } as const
    const placement = ports.outbound.ask({ asker, number, interactionId, callerId: null })
    if (placement.kind === 'refused')
      return step({ kind: 'hang-up', by: 'system', outcome: 'failed', cause: placement.code })
    onDialOut()
    course?.dialling()
    legs.ringOutside({ channelId, placement, originator: null })
  }

  /** Whoever picked up says by a key whether they are there. */
  ask(channelId: string): void {
    this.#options.check.ask(channelId, this.#options.language())
  }

  /** After recovery: they are asked once more, from the beginning. */
  askAgain(): void {
    const { stage } = this.#options.call()
    if (stage.kind === 'calling' && stage.asked > 0) this.ask(stage.channelId)
  }
}
