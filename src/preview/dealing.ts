/**
 * Gives an agent the next customer. Never the same customer to two: the database allows a number and a customer in one
 * pair of hands only, whichever list they are on.
 */
import type { AgentId, CustomerId, Instant } from '../core/ids.ts'
import { changeEntry, inHandsOf, nextOf, nobodys, renewHold, type Entry } from './entry-store.ts'
import { readLists, type PreviewList } from './list-store.ts'
import type { PreviewPorts } from './ports.ts'

/** Whoever has a customer in hand shows it more often than this. */
const holdMs = 120_000
/** A promise waits so long for the agent who gave it. */
const promiseMs = 15 * 60_000
/** Bounds how long one question takes; the next one goes on behind. */
const mostLookedAt = 100

export type AgentList = PreviewList & Readonly<{ opensAt: Instant | null; isOpen: boolean }>

/** Lists that run and whose queues the agent serves. */
export async function listsOf(ports: PreviewPorts, agentId: AgentId): Promise<AgentList[]> {
  const queues = new Set(ports.queuesOf(agentId))
  const at = ports.now()
  const lists = (await readLists(ports.database.knex)).filter(({ running, queueId }) => running && queues.has(queueId))
  return lists.map((list) => {
    const opensAt = ports.openingOf(list.queueId, list.hoursId, at)
    return { ...list, opensAt, isOpen: opensAt === at }
  })
}

/** What the agent has in hand to look at; asked for, it stays in their hands. */
export async function heldBy({ database, now }: PreviewPorts, agentId: AgentId): Promise<Entry | null> {
  const entry = (await inHandsOf(database.knex, agentId)).find(({ state }) => state === 'held') ?? null
  if (entry !== null) await renewHold(database.knex, entry.id, now() + holdMs)
  return entry
}

/** The agent whose call goes on, if it is one of a list. */
export async function callOf({ database, isLive }: PreviewPorts, agentId: AgentId): Promise<Entry | null> {
  const called = (await inHandsOf(database.knex, agentId)).filter(({ state }) => state === 'dialling')
  return called.find(({ interactionId }) => interactionId !== null && isLive(interactionId)) ?? null
}

/** Whether somebody's turn has come on one of the lists. */
export async function isSomebodyDue(
  { database, now }: PreviewPorts,
  agentId: AgentId,
  lists: readonly PreviewList[],
): Promise<boolean> {
  if (lists.length === 0) return false
  const ask = { listIds: lists.map(({ id }) => id), agentId, at: now(), promiseMs, passed: [] }
  return (await nextOf(database.knex, ask)) !== null
}

/** null: nobody's turn has come. One question after the other, so that agents don't reach for the same customer. */
export function createDealer(ports: PreviewPorts) {
  const { database, now } = ports
  let asked: Promise<unknown> = Promise.resolve()

  const deal = async (agentId: AgentId, lists: readonly PreviewList[]): Promise<Entry | null> => {
    const held = await heldBy(ports, agentId)
    if (held !== null) return held
    const passed: string[] = []
    for (let looked = 0; looked < mostLookedAt && lists.length > 0; looked += 1) {
      const at = now()
      const ask = { listIds: lists.map(({ id }) => id), agentId, at, promiseMs, passed }
      const next = await nextOf(database.knex, ask)
      if (next === null) return null
      const taken = await take(next, agentId, at)
      if (taken !== null) return taken
      passed.push(next.id)
    }
    return null
  }

  const take = async (next: Entry, agentId: AgentId, at: Instant): Promise<Entry | null> => {
    const refused = ports.neverLetOut(next.number)
    if (refused !== null) return leftOut(next, 'not-allowed', refused, at)
    const customerId = await ports.recognise(next.number, next.name)
    if (!(await ports.mayBeCalled(customerId))) return leftOut(next, 'do-not-call', null, at)
    if (await ports.isInOtherHands(customerId)) return null
    return changeEntry(
      database.knex,
      { id: next.id, from: ['waiting'] },
      { state: 'held', holderId: agentId, heldUntil: at + holdMs, customerId },
      { kind: 'shown', at, agentId },
    )
  }

  const leftOut = async (next: Entry, outcome: string, note: string | null, at: Instant): Promise<null> => {
    await changeEntry(
      database.knex,
      { id: next.id, from: ['waiting'] },
      { state: 'left-out', outcome, ...nobodys },
      { kind: 'left-out', at, reason: outcome, note },
    )
    return null
  }

  return (agentId: AgentId, lists: readonly PreviewList[]): Promise<Entry | null> => {
    const answer = asked.then(() => deal(agentId, lists))
    asked = answer.catch(() => undefined)
    return answer
  }
}

/** Told of the customer, if the entry has none: for a word about somebody who is on the list by number alone. */
export const customerOf = async (ports: PreviewPorts, entry: Entry): Promise<CustomerId> =>
  entry.customerId ?? (await ports.recognise(entry.number, entry.name))
