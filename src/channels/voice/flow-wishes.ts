/** What the flow of a call asks of the call: a wait in line, another number, a callback, its end, silence in its recording. */
import type { Call, CallInput } from '../../core/call/call.ts'
import type { InteractionId } from '../../core/ids.ts'
import { bookCallback } from './callback-course.ts'
import type { CallEnding } from './call-ending.ts'
import type { CallFlow, CallFlowOptions } from './call-flow.ts'
import type { CallParty } from './call-party.ts'
import { waitForTransfer, type TransferEffect } from './enqueue-request.ts'
import type { OutsideLegs } from './outside-legs.ts'
import type { PlaceInLine } from './place-in-line.ts'
import type { VoicePorts } from './ports.ts'
import type { QueueStay } from './queue-stay.ts'

/** The parts of the call that see to it; they are put together after its flow, which asks for nothing before it is begun. */
export type FlowWished = Readonly<{
  interactionId: InteractionId
  ports: VoicePorts
  party: CallParty
  flow: CallFlow
  line: PlaceInLine
  outside: OutsideLegs
  queue: QueueStay
  ending: CallEnding
  language: string
  call(): Call
  step(input: CallInput): void
}>

export function flowWishes(wished: FlowWished): CallFlowOptions['requests'] {
  return {
    enqueue: (effect) => wished.line.take(effect),
    hangUp: (cause) => wished.step({ kind: 'hang-up', by: 'system', outcome: null, cause }),
    transfer: (effect) => transfer(wished, effect),
    bookCallback: (queueId, number) => promiseCallback(wished, queueId, number),
    secretInput: (on) => wished.step({ kind: on ? 'pause-recording' : 'resume-recording', reason: 'secret digits' }),
  }
}

function transfer(
  { interactionId, ports, party, flow, line, outside, call, step }: FlowWished,
  effect: TransferEffect,
): void {
  const wait = waitForTransfer(effect, party.entryPoint, flow.language)
  if (wait !== null) return line.take(wait)
  if (!('number' in effect.to)) return flow.transferFailed(effect.effectId, 'there is no queue to wait in')
  const asker = { kind: 'flow', flowId: flow.flowId ?? party.entryPoint.flowId } as const
  const wish = { asker, number: effect.to.number, interactionId, callerId: null }
  const placement = ports.outbound.ask(wish)
  if (placement.kind === 'refused') return flow.transferFailed(effect.effectId, placement.code)
  const channelId = outside.passOn(effect, placement, call().customerChannelId)
  step({ kind: 'pass-on', channelId })
}

/** False: the number can't be called, or the callback could not be stored. */
async function promiseCallback(wished: FlowWished, queueId: string, number: string): Promise<boolean> {
  const { interactionId: of, ports, party, queue, ending, language } = wished
  const waitingSince = queue.since ?? ports.now()
  const callback = await bookCallback(ports, { of, party, number, queueId, waitingSince, language })
  if (callback !== null) ending.promise(callback)
  return callback !== null
}
