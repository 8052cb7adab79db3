/**
 * A contact centre of any size at full load: 200 skills (10 languages, 190 products), 38 queues of 5 products each, agents
 * with two queues, three channels, relaxation in three steps; everyone busy and a given number waiting.
 */
import type { Decision } from '../../../src/core/decision.ts'
import type { Channel } from '../../../src/core/ids.ts'
import type { RoutingInput } from '../../../src/core/routing/inputs.ts'
import { emptyState, nextWake, run } from '../../../src/core/routing/machine.ts'
import type { AgentRules, Proficiency, QueueRules, Requirement } from '../../../src/core/rules.ts'
import { Random } from '../../simulation/random.ts'

export type Size = Readonly<{ agents: number; waiting: number }>

const languages = Array.from({ length: 10 }, (_, i) => `language-${i}`)
const productsPerQueue = 5
const queueCount = 38
export const skillCount = languages.length + queueCount * productsPerQueue

const levels = [1, 2, 3, 4, 5] as const
const capacities = [
  { voice: 1 },
  { voice: 1, chat: 3 },
  { chat: 4, email: 5 },
  { voice: 1, chat: 2, email: 4 },
] as const
const meanHandlingMs = 300_000

export class Centre {
  readonly state = emptyState()
  readonly random = new Random(1)
  readonly size: Size
  now = 1_700_000_000_000
  readonly #queueIds = Array.from({ length: queueCount }, (_, i) => `queue-${i}`)
  readonly #ringing: string[] = []
  readonly #engaged: string[] = []
  readonly #waiting: string[] = []
  #calls = 0
  #observe: (input: RoutingInput, run: () => Decision) => Decision = (_, decide) => decide()

  constructor(size: Size) {
    this.size = size
    for (const [index, id] of this.#queueIds.entries())
      this.#run({ kind: 'configure-queue', queue: queueRules(id, index) })
    for (let i = 0; i < size.agents; i += 1) this.#addAgent(`agent-${i}`)
    // At the pace at which they will be served, so that relaxation comes as it would.
    while (this.#queued() < size.waiting) {
      this.#pass()
      this.#arrive()
      this.#acceptAll()
    }
  }

  /** Hands every decision from now on to the observer, who must make it. */
  observe(observer: (input: RoutingInput, run: () => Decision) => Decision): void {
    this.#observe = observer
  }

  /** One contact ends and its agent takes the next; another arrives; now and then someone gives up or doesn't answer. */
  cycle(): void {
    this.#pass()
    this.#end(this.#engaged)
    this.#acceptAll()
    if (this.random.chance(0.05)) this.#end(this.#waiting)
    while (this.#queued() < this.size.waiting) {
      this.#arrive()
      this.#acceptAll()
    }
  }

  /** As the engine does: a tick for every deadline on the way. */
  #pass(): void {
    const until = this.now + Math.round(this.random.exponential(meanHandlingMs / this.size.agents))
    for (let wake = nextWake(this.state); wake !== null && wake <= until; wake = nextWake(this.state)) {
      this.now = wake
      this.#run({ kind: 'tick' })
    }
    this.now = until
  }

  #queued(): number {
    let waiting = 0
    for (const { line } of this.state.queues.values()) waiting += line.length
    return waiting
  }

  #addAgent(id: string): void {
    const { random } = this
    const first = random.below(queueCount)
    const queues = [first, (first + 1 + random.below(queueCount - 1)) % queueCount]
    const products = queues.flatMap((queue) => shuffled(productsOf(queue), random).slice(0, 3))
    const skills = [...shuffled(languages, random).slice(0, 2), ...products]
    const agent: AgentRules = {
      id,
      skills: Object.fromEntries(skills.map((skill) => [skill, random.pick(levels)])),
      queueIds: queues.map((queue) => `queue-${queue}`),
      capacity: random.pick(capacities),
    }
    this.#run({ kind: 'configure-agent', agent })
    this.#run({ kind: 'set-presence', agentId: id, presence: 'available', reason: null, by: 'agent' })
    this.#run({ kind: 'set-reachability', agentId: id, channel: 'voice', reachable: true })
  }

  #arrive(): void {
    const interactionId = `i${(this.#calls += 1)}`
    const { random } = this
    const queue = random.below(queueCount)
    const channel: Channel = random.pick(['voice', 'voice', 'chat', 'email'])
    const contact = { direction: 'inbound', entryPointId: 'main', providerId: interactionId, customerId: null } as const
    this.#run({ kind: 'arrive', interactionId, channel, ...contact })
    this.#run({
      kind: 'enqueue',
      interactionId,
      queueId: `queue-${queue}`,
      requirement: requirementOf(queue, random),
      priority: random.below(4),
      preferredAgentId: null,
      waitingSince: null,
    })
    this.#waiting.push(interactionId)
  }

  #acceptAll(): void {
    for (let id = this.#ringing.pop(); id !== undefined; id = this.#ringing.pop()) {
      const phase = this.state.interactions.get(id)?.phase
      if (phase?.name !== 'offered') continue
      const { id: offerId, agentId } = phase.offer
      if (this.random.chance(0.02)) {
        this.#run({ kind: 'decline-offer', interactionId: id, offerId, reason: 'rejected' })
        this.#run({ kind: 'set-presence', agentId, presence: 'available', reason: null, by: 'agent' })
      } else {
        this.#run({ kind: 'accept-offer', interactionId: id, offerId })
        this.#engaged.push(id)
      }
    }
  }

  #end(from: string[]): void {
    const phase = from === this.#engaged ? 'engaged' : 'queued'
    while (from.length > 0) {
      const index = this.random.below(from.length)
      const interactionId = from[index] ?? ''
      from[index] = from.at(-1) ?? ''
      from.pop()
      if (this.state.interactions.get(interactionId)?.phase.name !== phase) continue
      this.#run({ kind: 'end-interaction', interactionId, by: 'customer', outcome: null, cause: null })
      return
    }
  }

  #run(timeless: Timeless<RoutingInput>): void {
    const input: RoutingInput = { at: this.now, ...timeless }
    const { facts } = this.#observe(input, () => run(this.state, input))
    for (const fact of facts) if (fact.kind === 'offer-made') this.#ringing.push(fact.interactionId)
  }
}

type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never

const productsOf = (queue: number): string[] =>
  Array.from({ length: productsPerQueue }, (_, i) => `product-${queue * productsPerQueue + i}`)

/** Everyone asks for a language, some languages far more often than others; most ask for a product as well. */
function requirementOf(queue: number, random: Random): Requirement {
  const language: Requirement = { [languages[Math.floor(languages.length * random.next() ** 3)] ?? '']: 2 }
  const product = random.pick(productsOf(queue))
  return random.chance(0.2) ? language : { ...language, [product]: leastLevel(product) }
}

/** What the business asks of whoever deals with the product. */
const leastLevel = (product: string): Proficiency => levels[Number(product.split('-')[1]) % 3] ?? 1

function queueRules(id: string, index: number): QueueRules {
  const all = (level: 0 | 1, skills: readonly string[]): Record<string, 0 | 1> =>
    Object.fromEntries(skills.map((skill) => [skill, level]))
  const products = productsOf(index)
  return {
    id,
    requirement: {},
    priority: index % 3,
    ageingMsPerPoint: 60_000,
    selection: index % 4 === 0 ? 'longest-idle' : 'most-skilled',
    ringTimeoutMs: 20_000,
    wrapUpMs: 0,
    wrapUpExtensionLimitMs: 0,
    maxWaiting: null,
    maxWaitMs: null,
    relaxation: [
      { afterMs: 60_000, skills: all(1, products) },
      { afterMs: 180_000, skills: all(0, products) },
      { afterMs: 400_000, skills: all(1, languages) },
    ],
    overflow: [],
    preferredAgentHoldMs: 0,
  }
}

function shuffled<T>(things: readonly T[], random: Random): T[] {
  const left = [...things]
  return Array.from(things, () => left.splice(random.below(left.length), 1)).flat()
}
