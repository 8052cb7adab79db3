/**
 * Who could serve what, as bits: one set of agents for each queue, channel and level of a skill. The agents who suit a
 * signature are the intersection of a few sets, 32 agents at a time.
 */
import type { Agent } from '../agent/agent.ts'
import { loadOf } from '../agent/capacity.ts'
import { channels, type Channel, type QueueId, type SkillId } from '../ids.ts'
import type { Requirement } from '../rules.ts'

class AgentSet {
  #words = new Int32Array(1)

  add(seat: number): void {
    const word = seat >> 5
    if (word >= this.#words.length) {
      const grown = new Int32Array(Math.max(word + 1, 2 * this.#words.length))
      grown.set(this.#words)
      this.#words = grown
    }
    this.#words[word] = this.word(word) | (1 << (seat & 31))
  }

  delete(seat: number): void {
    const word = seat >> 5
    if (word < this.#words.length) this.#words[word] = this.word(word) & ~(1 << (seat & 31))
  }

  get length(): number {
    return this.#words.length
  }

  /** The agents of seats 32 × index and up; none beyond the end. */
  word(index: number): number {
    return this.#words[index] ?? 0
  }
}

export class Roster {
  /** Who sits where. Seats are given away again, and mean nothing outside of the roster. */
  readonly #seats: (Agent | null)[] = []
  readonly #seatOf = new Map<Agent, number>()
  readonly #free: number[] = []
  readonly #members = new Map<QueueId, AgentSet>()
  readonly #servants = new Map<Channel, AgentSet>()
  /** By skill: who has at least level 1, 2, … of it. */
  readonly #holders = new Map<SkillId, AgentSet[]>()

  get size(): number {
    return this.#seatOf.size
  }

  add(agent: Agent): void {
    const seat = this.#free.pop() ?? this.#seats.length
    this.#seats[seat] = agent
    this.#seatOf.set(agent, seat)
    for (const set of this.#setsOf(agent)) set.add(seat)
  }

  /** Under the rules with which the agent was added. */
  delete(agent: Agent): void {
    const seat = this.#seatOf.get(agent)
    if (seat === undefined) return
    for (const set of this.#setsOf(agent)) set.delete(seat)
    this.#seatOf.delete(agent)
    this.#seats[seat] = null
    this.#free.push(seat)
  }

  membersOf(queueId: QueueId): Agent[] {
    return this.#inAll([this.#members.get(queueId) ?? nobody])
  }

  suited(channel: Channel, queueId: QueueId, requirement: Requirement): Agent[] {
    const sets = [this.#members.get(queueId) ?? nobody, this.#servants.get(channel) ?? nobody]
    for (const [skill, level] of Object.entries(requirement)) sets.push(this.#holders.get(skill)?.[level - 1] ?? nobody)
    return this.#inAll(sets)
  }

  #inAll(sets: AgentSet[]): Agent[] {
    const [first = nobody, ...others] = sets.sort((a, b) => a.length - b.length)
    const agents: Agent[] = []
    for (let index = 0; index < first.length; index += 1) {
      let word = first.word(index)
      for (const other of others) word &= other.word(index)
      for (; word !== 0; word &= word - 1) {
        const agent = this.#seats[32 * index + 31 - Math.clz32(word & -word)]
        if (agent != null) agents.push(agent)
      }
    }
    return agents
  }

  #setsOf({ rules }: Agent): AgentSet[] {
    const sets = rules.queueIds.map((id) => setIn(this.#members, id, newSet))
    for (const channel of channels)
      if (loadOf(rules.capacity, channel) !== null) sets.push(setIn(this.#servants, channel, newSet))
    for (const [skill, level] of Object.entries(rules.skills)) {
      const levels = setIn(this.#holders, skill, () => Array.from({ length: highestLevel }, newSet))
      sets.push(...levels.slice(0, level))
    }
    return sets
  }
}

const highestLevel = 5
const newSet = (): AgentSet => new AgentSet()
const nobody = newSet()

function setIn<K, S>(sets: Map<K, S>, key: K, create: () => S): S {
  const existing = sets.get(key)
  if (existing !== undefined) return existing
  const created = create()
  sets.set(key, created)
  return created
}
