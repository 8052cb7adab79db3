/**
 * One call between the real call machine and the real routing machine, with an Asterisk and a writer in between that deliver
 * in their own time: commands, events and inputs are on their way while people and phones go on.
 */
import { inboundCall, type Call, type CallAction, type CallInput } from '../../src/core/call/call.ts'
import { agentIdOf, hasJoined, isListener, legsOf, personsOn } from '../../src/core/call/parties.ts'
import { stepCall } from '../../src/core/call/step.ts'
import type { Command } from '../../src/core/commands.ts'
import type { Purpose } from '../../src/core/facts.ts'
import { emptyState, run } from '../../src/core/routing/machine.ts'
import type { Submission } from '../../src/core/writer.ts'
import { queueRules } from '../unit/core/routing/fixtures.ts'

const id = 'call'
export const agents = ['ana', 'bogdan', 'citra', 'dora'] as const
export const deeds = [
  ...['write', 'command', 'event', 'deliver'],
  ...['write', 'command', 'event', 'deliver'],
  ...['deliver', 'deliver', 'pick-up-phone', 'pick-up-phone', 'pick-up-phone', 'pick-up-phone'],
  ...['put-down-phone', 'wait', 'hold', 'resume', 'mute', 'remove', 'unpark'],
  ...['consult', 'consult', 'consult', 'consult-outside', 'consult-outside'],
  ...['conference', 'conference', 'conference-outside', 'transfer', 'transfer-outside', 'hand-to-queue'],
  ...['second-line', 'second-line', 'hold-line', 'resume-line', 'resume-line'],
  ...['swap', 'complete', 'cancel', 'merge', 'merge', 'park', 'pick-up', 'pick-up', 'monitor', 'monitor', 'listen'],
] as const
export type Deed = Readonly<{ deed: (typeof deeds)[number]; pick: number; afterMs: number }>

type Input = { input: Submission; onRefused?: () => void }

/** Some agents have one telephone and some have two. */
function devicesFor({ offerId, agentId }: { offerId: string; agentId: string }) {
  const others = ['ana', 'citra'].includes(agentId) ? [`second-${offerId}`] : []
  return { channelId: `leg-${offerId}`, others }
}

export class OneCall {
  readonly router = emptyState()
  call: Call = inboundCall(id, 'customer')
  /** As Asterisk has them. */
  readonly legs = new Map<string, 'ringing' | 'up'>([['customer', 'up']])
  readonly bridge = new Set<string>()
  ends = 0
  at = 1_000_000
  #inputs: Input[] = []
  #commands: Command[] = []
  #events: CallInput[] = []
  #outside = 0
  #lines = 0

  constructor() {
    this.#run({ kind: 'configure-queue', queue: queueRules({ id: 'sales', wrapUpMs: 3_000 }) })
    for (const agent of agents) {
      const rules = { id: agent, skills: {}, queueIds: ['sales'], capacity: { voice: 1 } }
      this.#run({ kind: 'configure-agent', agent: rules })
      this.#run({ kind: 'set-reachability', agentId: agent, channel: 'voice', reachable: true })
      this.#run({ kind: 'set-presence', agentId: agent, presence: 'available', reason: null, by: 'agent' })
    }
    const contact = {
      channel: 'voice',
      direction: 'inbound',
      entryPointId: 'e',
      providerId: 'p',
      customerId: null,
    } as const
    this.#run({ kind: 'arrive', interactionId: id, ...contact })
    this.#step({ kind: 'enqueued', queueId: 'sales' })
    this.#enqueue('sales', null)
  }

  do({ deed, pick, afterMs }: Deed): void {
    this.at += afterMs
    const { stage } = this.call
    const choose = <T>(things: readonly T[]): T | undefined => things[pick % Math.max(things.length, 1)]
    const parties = stage.kind === 'talking' ? stage.parties : []
    const agentId = choose(agents) ?? 'ana'
    switch (deed) {
      case 'deliver':
        return this.deliver()
      case 'write':
        return this.#write()
      case 'command':
        return this.#command()
      case 'event':
        return this.#event()
      case 'wait': {
        this.at += 30_000
        return void this.#run({ kind: 'tick' })
      }
      case 'pick-up-phone': {
        const leg = choose([...this.legs].flatMap(([leg, state]) => (state === 'ringing' ? leg : [])))
        if (leg === undefined) return
        this.legs.set(leg, 'up')
        return void this.#events.push({ kind: 'leg-up', channelId: leg })
      }
      case 'put-down-phone': {
        const leg = choose([...this.legs.keys()])
        if (leg === undefined || (leg === 'customer' && pick % 3 > 0)) return
        return this.hangUp(leg, [16, 17, 19, 20, 38, 44, 31, 18][pick % 8] ?? 16)
      }
      case 'hold':
        return this.#step({ kind: 'hold', by: pick % 2 === 0 ? 'agent' : 'phone' })
      case 'resume':
        return this.#step({ kind: 'resume', by: pick % 2 === 0 ? 'agent' : 'phone' })
      case 'mute':
        return this.#step({ kind: 'mute', channelId: choose(legsOf(this.call)) ?? '', on: pick % 2 === 0 })
      case 'consult':
        return this.#invite(agentId, 'consult', null)
      case 'conference':
        return this.#invite(agentId, 'conference', null)
      case 'transfer':
        return this.#invite(agentId, 'transfer', null)
      case 'pick-up':
        return this.#invite(agentId, 'pick-up', agentId)
      case 'monitor':
        return this.#invite(agentId, 'monitor', agentId)
      case 'consult-outside':
        return this.#ringOutside('consult')
      case 'conference-outside':
        return this.#ringOutside('conference')
      case 'transfer-outside':
        return this.#ringOutside('transfer')
      case 'second-line':
        return this.#openLine(choose(parties)?.channelId ?? '', agentId)
      case 'hold-line':
      case 'resume-line': {
        const lines = parties.flatMap((it) => (it.lines === null ? [] : [it.lines.first, it.lines.second]))
        return this.#step({ kind: 'line-held', channelId: choose(lines) ?? '', on: deed === 'hold-line' })
      }
      case 'hand-to-queue':
        return this.#step({ kind: 'hand-to-queue', queueId: 'sales' })
      case 'swap':
        return this.#step({ kind: 'swap' })
      case 'complete':
        return this.#step({ kind: 'complete' })
      case 'cancel':
        return this.#step({ kind: 'cancel-consult' })
      case 'merge':
        return this.#step({ kind: 'merge' })
      case 'park':
        return this.#step({ kind: 'park' })
      case 'unpark':
        return this.#step({ kind: 'unpark' })
      case 'remove':
        return this.#step({ kind: 'remove', channelId: choose(parties)?.channelId ?? '' })
      case 'listen': {
        const listening = (['monitor', 'whisper', 'barge'] as const)[pick % 3] ?? 'monitor'
        return this.#step({ kind: 'listen', channelId: choose(parties.filter(isListener))?.channelId ?? '', listening })
      }
    }
  }

  /** An agent has picked up, and talks with the customer. */
  talk(): this {
    this.deliver()
    this.do({ deed: 'pick-up-phone', pick: 0, afterMs: 1_000 })
    this.deliver()
    return this
  }

  hangUp(leg: string, cause = 16): void {
    if (!this.legs.delete(leg)) return
    this.bridge.delete(leg)
    this.#events.push({ kind: 'leg-gone', channelId: leg, cause, seen: true })
  }

  /** Everybody hangs up, and everything on its way arrives. */
  finish(): void {
    for (let i = 0; i < 500; i++) {
      for (const leg of [...this.legs.keys()]) this.hangUp(leg)
      this.deliver()
      this.at += 10_000
      this.#run({ kind: 'tick' })
    }
  }

  /** Everything on its way arrives. */
  deliver(): void {
    while (this.#inputs.length + this.#commands.length + this.#events.length > 0) {
      this.#write()
      this.#command()
      this.#event()
    }
  }

  /** Those of the call that carry it, by what the machine believes. */
  get persons(): string[] {
    const { stage } = this.call
    return stage.kind === 'talking' ? personsOn(stage).map((it) => agentIdOf(it) ?? it.channelId) : []
  }

  get joinedAgents(): string[] {
    const { stage } = this.call
    return stage.kind === 'talking' ? stage.parties.filter(hasJoined).flatMap((it) => agentIdOf(it) ?? []) : []
  }

  #write(): void {
    const next = this.#inputs.shift()
    if (next === undefined) return
    if (this.#run(next.input)) next.onRefused?.()
  }

  #run(input: Submission): boolean {
    const { commands, refusal } = run(this.router, { ...input, at: this.at })
    this.#commands.push(...commands)
    return refusal !== undefined
  }

  #command(): void {
    const command = this.#commands.shift()
    if (command === undefined) return
    switch (command.kind) {
      case 'ring-agent':
        return this.#step({ ...command, ...devicesFor(command) })
      case 'ring-guest':
        return this.#step({
          ...command,
          ...devicesFor(command),
          listening: command.purpose === 'monitor' ? 'monitor' : null,
        })
      case 'stop-ringing':
        return this.#step(command)
      case 'connect-agent':
      case 'connect-guest':
        return this.#step({ ...command, record: 'recording' })
      // Nobody is called back here.
      case 'call-customer':
      case 'stop-calling':
        return
      case 'return-to-flow':
        return this.#step({ kind: 'hang-up', by: 'system', outcome: null, cause: command.outcome })
    }
  }

  #event(): void {
    const event = this.#events.shift()
    if (event !== undefined) this.#step(event)
  }

  /** A phone dials a colleague by itself. */
  #openLine(channelId: string, agentId: string): void {
    const lineId = `line-${++this.#lines}`
    this.legs.set(lineId, 'up')
    const before = this.call
    this.#step({ kind: 'second-line', channelId, lineId })
    if (this.call === before) return this.hangUp(lineId)
    this.#invite(agentId, 'consult', null, () => this.#step({ kind: 'end-second-line', lineId, cause: 'busy' }))
  }

  #invite(agentId: string, purpose: Purpose, by: string | null, onRefused?: () => void): void {
    this.#inputs.push({
      ...(onRefused !== undefined && { onRefused }),
      input: { kind: 'invite', interactionId: id, to: { agentId }, queueId: 'sales', purpose, by, ringMs: 20_000 },
    })
  }

  #ringOutside(purpose: 'consult' | 'conference' | 'transfer'): void {
    this.#step({ kind: 'ring-outside', channelId: `outside-${++this.#outside}`, purpose })
  }

  #enqueue(queueId: string, preferredAgentId: string | null): void {
    const wait = { requirement: {}, priority: 0, preferredAgentId, waitingSince: null }
    this.#inputs.push({
      input: { kind: 'enqueue', interactionId: id, queueId, ...wait },
      onRefused: () => this.#step({ kind: 'hang-up', by: 'system', outcome: null, cause: 'not taken back' }),
    })
  }

  #step(input: CallInput): void {
    const { call, actions } = stepCall(this.call, input)
    this.call = call
    for (const action of actions) this.#perform(action)
  }

  #perform(action: CallAction): void {
    switch (action.do) {
      case 'ring':
        return void this.legs.set(action.leg.channelId, 'ringing')
      case 'dial-outside':
        return void this.legs.set(action.channelId, 'ringing')
      case 'hang-up-leg':
        return this.hangUp(action.channelId)
      case 'join':
        for (const leg of action.channelIds) if (this.legs.has(leg)) this.bridge.add(leg)
        return
      case 'leave':
        return void this.bridge.delete(action.channelId)
      case 'destroy-bridge':
        return this.bridge.clear()
      case 'accept-offer':
        return this.#tell({ kind: 'accept-offer', interactionId: id, offerId: action.offerId }, () =>
          this.#step({ kind: 'accept-refused', offerId: action.offerId }),
        )
      case 'decline-offer':
        return this.#tell({ kind: 'decline-offer', interactionId: id, offerId: action.offerId, reason: action.reason })
      case 'lose-offer':
        return this.#tell({ kind: 'lose-offer', interactionId: id, offerId: action.offerId })
      case 'leave-agent':
        return this.#tell({ kind: 'leave', interactionId: id, agentId: action.agentId, cause: action.cause })
      case 'enqueue':
        return this.#enqueue(action.queueId, null)
      case 'end-interaction': {
        const { by, outcome, cause } = action
        this.ends += 1
        return this.#tell({ kind: 'end-interaction', interactionId: id, by, outcome, cause })
      }
      default:
        return
    }
  }

  #tell(input: Submission, onRefused?: () => void): void {
    this.#inputs.push({ input, ...(onRefused !== undefined && { onRefused }) })
  }
}
