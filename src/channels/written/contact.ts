/** One written contact that goes on: its flow, its wait, its conversation, and how long it waits for a word. */
import type { Command } from '../../core/commands.ts'
import type { AgentId, InteractionId, Instant } from '../../core/ids.ts'
import { estimatedWait, interactionView, placeInLine } from '../../core/routing/views.ts'
import type { Submission, Submitted } from '../../core/writer.ts'
import { endingOf } from '../../core/written/patience.ts'
import { assertNever } from '../../core/assert-never.ts'
import type { InboundMessage, Thread, ThreadState } from '../port.ts'
import { FlowHost, returned, type KeptFlow, type Letters } from './flow-host.ts'
import type { MessageBook } from './message-book.ts'
import type { WrittenPorts } from './ports.ts'

/** The wait that is shown is one that this share of customers in that place will not exceed. */
const shownQuantile = 0.8

export type ContactOptions = Readonly<{
  interactionId: InteractionId
  thread: Thread
  ports: WrittenPorts
  book: MessageBook
  lastAgentId: AgentId | null
  lastWordAt: Instant
  lastWordBy: 'customer' | 'agent'
  /** Nobody waits for the answer. */
  isLeft: boolean
  isPresent: boolean
  /** A message is left for whoever serves the queue, as a contact of its own. */
  leaves(text: string, queueId: string): void
}>

export class Contact {
  readonly id: InteractionId
  readonly thread: Thread
  readonly flow: FlowHost
  readonly #options: ContactOptions
  readonly #ports: WrittenPorts
  #lastWordAt: Instant
  #lastWordBy: 'customer' | 'agent'
  #absentSince: Instant | null
  #timer: NodeJS.Timeout | null = null
  #over = false

  constructor(options: ContactOptions) {
    const { interactionId, thread, ports, book } = options
    this.id = interactionId
    this.thread = thread
    this.#options = options
    this.#ports = ports
    this.#lastWordAt = options.lastWordAt
    this.#lastWordBy = options.lastWordBy
    this.#absentSince = options.isPresent ? null : ports.now()
    this.flow = new FlowHost({
      interactionId,
      channel: thread.channel,
      ports,
      lastAgentId: () => options.lastAgentId,
      says: (text, buttons) =>
        book.write({ interactionId, at: ports.now(), from: 'flow', agentId: null, text, files: [], buttons }),
      leaves: (text, queueId) => options.leaves(text, queueId),
      store: (letters) => this.store(letters),
    })
  }

  get isLeft(): boolean {
    return this.#options.isLeft
  }

  /** What the flow makes of a message while it speaks with the customer itself; nothing otherwise. */
  answers({ text, button }: Pick<InboundMessage, 'text' | 'button'>): Letters {
    if (this.#phase() !== 'self-service' || this.flow.isOver) return { letters: [], effects: [] }
    if (button !== null && /^[0-9*#]$/.test(button)) return this.flow.hears({ kind: 'key', digit: button })
    return this.flow.hears({ kind: 'words', text })
  }

  async store(letters: readonly Submitted[]): Promise<void> {
    if (letters.length === 0) return
    const decisions = await this.#ports.writer.submitTogether(letters)
    for (const [i, { refusal }] of decisions.entries()) {
      const input = letters[i]?.input
      if (refusal === undefined || input === undefined || this.#over) continue
      // A queue that is gone is a closed one.
      if (input.kind === 'enqueue' && refusal.code === 'unknown-queue') this.#returned('closed')
      else this.#ports.log.info({ interactionId: this.id, refusal, kind: input.kind }, 'not taken')
    }
  }

  command(command: Command): void {
    switch (command.kind) {
      case 'ring-agent':
      case 'ring-guest':
      case 'stop-ringing':
      case 'call-customer':
      case 'stop-calling':
        // The agent's page reads the offer from the facts; nobody is called back in writing.
        return
      case 'connect-guest':
        return
      case 'connect-agent':
        this.word('agent', this.#ports.now())
        return
      case 'return-to-flow':
        return this.#returned(command.outcome)
      default:
        return assertNever(command)
    }
  }

  /** The agent has left and the flow has more for the customer. */
  agentLeft(): void {
    this.#go(this.flow.hears({ kind: 'conversation-ended' }))
  }

  /** After recovery. */
  goOn(kept: KeptFlow, waitsForRouter: boolean): void {
    this.#go(this.flow.goOn(kept, waitsForRouter))
  }

  /** After recovery: the router gave the customer back, and nobody told the flow. */
  wasReturned(outcome: Extract<Command, { kind: 'return-to-flow' }>['outcome']): void {
    this.#returned(outcome)
  }

  word(by: 'customer' | 'agent', at: Instant): void {
    this.#lastWordBy = by
    this.#lastWordAt = at
    this.settle()
  }

  present(isPresent: boolean): void {
    this.#absentSince = isPresent ? null : (this.#absentSince ?? this.#ports.now())
    this.settle()
  }

  state(): ThreadState {
    const view = interactionView(this.#ports.writer.state(), this.id)
    const nobody = { agentId: null, position: null, waitMs: null, exits: [] }
    if (view === null) return closed
    switch (view.phase) {
      case 'self-service':
        return { interactionId: this.id, phase: 'flow', ...nobody }
      case 'engaged':
        return { interactionId: this.id, phase: 'talking', ...nobody, agentId: view.agentId }
      case 'calling':
      case 'queued':
      case 'offered': {
        const state = this.#ports.writer.state()
        const position = placeInLine(state, this.id)?.position ?? null
        const waitMs = estimatedWait(state, this.id, shownQuantile)
        const { callbackKey = null, voicemailKey = null } = this.flow.enqueued ?? {}
        const exits = [
          ...(callbackKey === null ? [] : (['callback'] as const)),
          ...(voicemailKey === null ? [] : (['voicemail'] as const)),
        ]
        return { interactionId: this.id, phase: 'waiting', agentId: null, position, waitMs, exits }
      }
      default:
        return assertNever(view)
    }
  }

  /** Sets the clock by which it ends when nobody is there any more. */
  settle(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const phase = this.#phase()
    if (this.#over || this.isLeft || phase === null) return
    const presence = {
      phase,
      lastWordAt: this.#lastWordAt,
      lastWordBy: this.#lastWordBy,
      absentSince: this.#absentSince,
    }
    const ending = endingOf(presence, this.#ports.directory.rules(this.thread.entryPointId))
    if (ending === null) return
    const { by, outcome, cause } = ending
    const input: Submission = { kind: 'end-interaction', interactionId: this.id, by, outcome, cause }
    const fire = (): void => void this.store([{ input }])
    this.#timer = setTimeout(fire, Math.min(Math.max(ending.at - this.#ports.now(), 0), 2 ** 31 - 1))
  }

  over(): void {
    this.#over = true
    this.flow.stop()
    this.settle()
  }

  #phase() {
    return interactionView(this.#ports.writer.state(), this.id)?.phase ?? null
  }

  #returned(outcome: Extract<Command, { kind: 'return-to-flow' }>['outcome']): void {
    if (!this.flow.isOver) return this.#go(this.flow.hears(returned(outcome)))
    // A message that was left waits on, and so does who came back to their agent: there is no flow to tell them otherwise.
    const { fallbackQueueId } = this.#ports.directory.entryPoint(this.thread.entryPointId) ?? { fallbackQueueId: null }
    if (this.isLeft && fallbackQueueId !== null && outcome === 'timeout')
      return void this.store([{ input: waitAgain(this.id, fallbackQueueId) }])
    void this.store([
      { input: { kind: 'end-interaction', interactionId: this.id, by: 'system', outcome: 'failed', cause: outcome } },
    ])
  }

  #go({ letters, effects }: Letters): void {
    this.store(letters)
      .then(() => this.flow.perform(effects))
      .catch((error: unknown) =>
        this.#ports.log.error({ err: error, interactionId: this.id }, 'a step of the flow was not stored'),
      )
  }
}

export const closed: ThreadState = {
  interactionId: null,
  phase: 'closed',
  agentId: null,
  position: null,
  waitMs: null,
  exits: [],
}

export const waitAgain = (interactionId: InteractionId, queueId: string): Submission => ({
  kind: 'enqueue',
  interactionId,
  queueId,
  requirement: {},
  priority: 0,
  preferredAgentId: null,
  waitingSince: null,
})
