/** How one call comes to stand in a queue: by its flow, back from its agents, or as a callback; and which key leads out. */
import type { Call, CallAction, CallInput } from '../../core/call/call.ts'
import type { Detail } from '../../core/details.ts'
import type { InteractionId, Instant, QueueId } from '../../core/ids.ts'
import { interactionView } from '../../core/routing/views.ts'
import type { Ari } from './ari/operations.ts'
import type { CallFlow } from './call-flow.ts'
import type { CallJournal } from './call-journal.ts'
import type { CallParty } from './call-party.ts'
import { enqueueFor } from './enqueue-request.ts'
import type { EnqueueEffect } from './kept-session.ts'
import type { CallbackRequest, VoicePorts } from './ports.ts'
import type { QueueStay } from './queue-stay.ts'

export type PlaceInLineOptions = Readonly<{
  interactionId: InteractionId
  ari: Ari
  ports: Pick<VoicePorts, 'directory' | 'log' | 'now' | 'writer'>
  party: CallParty
  /** null: the call is no callback. */
  callback: CallbackRequest | null
  flow: CallFlow
  journal: CallJournal
  queue: QueueStay
  call(): Call
  language(): string
  step(input: CallInput): void
}>

/** Of a customer who has talked already and waits again, 0 to 10. */
const againPriority = 5

export class PlaceInLine {
  readonly #options: PlaceInLineOptions

  constructor(options: PlaceInLineOptions) {
    this.#options = options
  }

  /** The flow sends its caller there. */
  take(effect: EnqueueEffect): void {
    const { interactionId, ports, party, flow, journal, queue, call, step } = this.#options
    if (!ports.directory.queueIsOpen(effect.queueId, ports.now()))
      return queueMicrotask(() => void flow.returned('closed'))
    queue.ask(effect)
    journal.submit(enqueueFor(interactionId, effect, party.caller.lastAgentId), (code) => {
      queue.end()
      ports.log.warn({ interactionId, queue: effect.queueId, code }, 'the queue did not take the call')
      step({ kind: 'returned-to-flow' })
      flow.returned('closed')
    })
    step({ kind: 'enqueued', queueId: effect.queueId })
    const channelId = call().customerChannelId
    queue.begin({ queueId: effect.queueId, channelId, language: flow.language, since: ports.now() })
  }

  /** Back in line: nobody's fault, so before those who have not talked yet. */
  takeAgain({ queueId, reason }: Extract<CallAction, { do: 'enqueue' }>): void {
    const { interactionId, ports, flow, journal, queue, call, step } = this.#options
    queue.ask(null)
    const wait = { requirement: {}, priority: againPriority, preferredAgentId: null, waitingSince: null }
    journal.submit({ kind: 'enqueue', interactionId, queueId, ...wait }, (code) => {
      ports.log.warn({ interactionId, queueId, code, reason }, 'the queue did not take the call back')
      step({ kind: 'hang-up', by: 'system', outcome: null, cause: `${reason}: ${code}` })
    })
    const channelId = call().customerChannelId
    queue.begin({ queueId, channelId, language: flow.language, since: ports.now() })
  }

  /** The customer of a callback is there, and waits like everybody from now on. */
  reached(): void {
    const { interactionId, callback, journal, queue, step } = this.#options
    const { stage, customerChannelId: channelId } = this.#options.call()
    if (stage.kind !== 'waiting' || callback === null) return
    journal.submit({ kind: 'customer-reached', interactionId }, (code) =>
      step({ kind: 'hang-up', by: 'system', outcome: 'failed', cause: code }),
    )
    const { queueId, waitingSince: since } = callback
    queue.begin({ queueId, channelId, language: this.#options.language(), since })
  }

  /** After recovery: the caller stands in line already and hears what the others hear. */
  resume(queueId: QueueId, waitingSince: Instant): void {
    const { ari, ports, queue, call } = this.#options
    const channelId = call().customerChannelId
    if (channelId !== null) void ari.startMusic(channelId, ports.directory.queueTreatment(queueId).music)
    queue.begin({ queueId, channelId, language: this.#options.language(), since: waitingSince })
  }

  /** A key of somebody who waits: it may lead out. */
  key(digit: string): void {
    const { interactionId, ports, flow, journal, queue, call } = this.#options
    const { stage } = call()
    const outcome = stage.kind === 'waiting' ? queue.wayOut(digit) : null
    if (outcome === null) return
    const entry = { interactionId, at: ports.now(), nodeId: flow.nodeId ?? stage.kind }
    const detail: Detail = { ...entry, kind: 'input', text: digit }
    journal.record({ ...entry, kind: 'input-given', length: 1, secret: false }, [detail])
    const view = interactionView(ports.writer.state(), interactionId)
    if (view !== null && 'waitingSince' in view) queue.waitsSince(view.waitingSince)
    journal.submit({ kind: 'leave-queue', interactionId, outcome })
  }
}
