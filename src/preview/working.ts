/** What an agent does with the customer in their hands: dials, skips, promises a call, gives them back. */
import { randomUUID } from 'node:crypto'
import { afterSkip, nextBecause, promiseProblem, type SkipReason } from '../core/preview/entry.ts'
import type { InteractionId, Instant } from '../core/ids.ts'
import { conflict, invalid, notFound } from '../platform/http/errors.ts'
import { customerOf } from './dealing.ts'
import { changeEntry, giveBack, lockEntry, nobodys, readEntry, stepsOf, type Entry } from './entry-store.ts'
import { readList, type PreviewList } from './list-store.ts'
import type { Agent, PreviewPorts } from './ports.ts'

/** So long after it changed the last time, the agent who called may still say more about it. */
const sayMoreMs = 60 * 60_000

type Knex = PreviewPorts['database']['knex']
type InHand = Readonly<{ entry: Entry; list: PreviewList }>

const notYours = () => conflict('not-yours', 'this customer is not in your hands any more: ask for the next one')

export function createWork(ports: PreviewPorts) {
  const { database, now } = ports
  const { knex } = database

  const inHand = async (agent: Agent, id: string, states: readonly Entry['state'][]): Promise<InHand> =>
    asInHand(knex, agent, await readEntry(knex, id), states)

  const asInHand = async (
    db: Knex,
    agent: Agent,
    entry: Entry | null,
    states: readonly Entry['state'][],
  ): Promise<InHand> => {
    const list = entry === null ? null : await readList(db, entry.listId)
    if (entry === null || list === null) throw notFound('there is no such customer on a list')
    if (entry.holderId !== agent.id || !states.includes(entry.state)) throw notYours()
    return { entry, list }
  }

  const refuseNow = async ({ entry, list }: InHand, agent: Agent): Promise<void> => {
    if (!list.running) throw conflict('list-stopped', 'this list does not run any more')
    const at = now()
    const opensAt = ports.openingOf(list.queueId, list.hoursId, at)
    if (opensAt !== at) {
      const next = opensAt === null ? '' : `; again from ${new Date(opensAt).toISOString()}`
      throw conflict('closed', `nobody is called at this time${next}`)
    }
    const customerId = await customerOf(ports, entry)
    if (!(await ports.mayBeCalled(customerId))) {
      await leaveOut(entry, 'do-not-call', null, agent)
      throw conflict('do-not-call', 'this customer asked not to be called')
    }
    if (await ports.isInOtherHands(customerId))
      throw conflict('in-other-hands', 'somebody talks with this customer now, or owes them a call')
  }

  const leaveOut = (entry: Entry, outcome: string, note: string | null, agent: Agent) =>
    changeEntry(
      knex,
      { id: entry.id, from: ['held'], holderId: agent.id },
      { state: 'left-out', outcome, ...nobodys },
      { kind: 'left-out', at: now(), agentId: agent.id, reason: outcome, note },
    )

  return {
    async dial(agent: Agent, id: string): Promise<InteractionId> {
      const held = await inHand(agent, id, ['held'])
      await refuseNow(held, agent)
      const { entry, list } = held
      const interactionId = randomUUID()
      const attempt = entry.attempts + 1
      // Before the telephone is asked: after a crash nobody is called twice.
      const marked = await changeEntry(
        knex,
        { id, from: ['held'], holderId: agent.id },
        { state: 'dialling', heldUntil: null, interactionId, attempts: attempt, promisedBy: null, dueAt: 0 },
        { kind: 'dialled', at: now(), agentId: agent.id, interactionId },
      )
      if (marked === null) throw notYours()
      const why = nextBecause({ ...entry, isPromised: entry.promisedBy !== null })
      const listed = { interactionId, listId: list.id, entryId: id, attempt, mostAttempts: list.mostAttempts, why }
      const placed = await ports.dial(agent, entry.number, list.queueId, listed)
      if (!('refusal' in placed)) return interactionId
      const { code, message } = placed.refusal
      const { attempts, promisedBy, dueAt } = entry
      await changeEntry(
        knex,
        { id, from: ['dialling'], holderId: agent.id, interactionId },
        { state: 'held', heldUntil: entry.heldUntil, interactionId: entry.interactionId, attempts, promisedBy, dueAt },
        { kind: 'not-dialled', at: now(), agentId: agent.id, reason: code },
      )
      throw conflict(code, message)
    },

    async skip(agent: Agent, id: string, reason: SkipReason, note: string | null): Promise<Entry> {
      const { entry, list } = await inHand(agent, id, ['held'])
      const at = now()
      if (reason === 'do-not-call') await ports.forbidCalls(await customerOf(ports, entry), agent)
      const { counts: _, ...settled } = afterSkip(reason, list, at)
      const step = { kind: 'skipped', at, agentId: agent.id, reason, note } as const
      const change = { ...settled, ...nobodys, ...(settled.state === 'waiting' && { promisedBy: null }) }
      const changed = await changeEntry(knex, { id, from: ['held'], holderId: agent.id }, change, step)
      if (changed === null) throw notYours()
      return changed
    },

    /** Also while the call goes on and after it: then it is the customer who said when. */
    async promise(agent: Agent, id: string, at: Instant, note: string | null): Promise<Entry> {
      // The call may end in the same moment: whoever comes second sees what the first one left.
      return knex.transaction(async (trx) => {
        const { entry, list } = await sayable(trx, agent, await lockEntry(trx, id))
        const problem = promiseProblem(at, ports.openingOf(list.queueId, list.hoursId, at), now())
        if (problem !== null)
          throw invalid(`body.at: ${promiseWords[problem]}`, [{ path: 'body.at', message: problem }])
        const step = {
          kind: 'promised',
          at: now(),
          agentId: agent.id,
          reason: new Date(at).toISOString(),
          note,
        } as const
        const promised = { dueAt: at, promisedBy: agent.id }
        const change = entry.state === 'dialling' ? promised : { ...promised, ...nobodys, state: 'waiting' as const }
        const changed = await changeEntry(trx, { id, from: [entry.state] }, change, step)
        if (changed === null) throw notYours()
        return changed
      })
    },

    async giveBack(agent: Agent, id: string): Promise<void> {
      await inHand(agent, id, ['held'])
      await giveBack(knex, { id, from: ['held'], holderId: agent.id }, { at: now(), agentId: agent.id })
    },
  }

  /** In their hands, or called by them within the hour. */
  async function sayable(db: Knex, agent: Agent, entry: Entry | null): Promise<InHand> {
    if (entry === null || entry.holderId !== null) return asInHand(db, agent, entry, ['held', 'dialling'])
    const list = await readList(db, entry.listId)
    const isTheirs =
      entry.interactionId !== null &&
      entry.changedAt > now() - sayMoreMs &&
      (await calledLast(db, entry.id)) === agent.id
    if (list === null || !isTheirs || entry.state === 'left-out') throw notYours()
    return { entry, list }
  }
}

async function calledLast(db: Knex, entryId: string): Promise<string | null> {
  return (await stepsOf(db, [entryId])).findLast(({ kind }) => kind === 'dialled')?.agentId ?? null
}

const promiseWords = {
  past: 'lies in the past',
  'too-far': 'lies more than 60 days ahead',
  closed: 'lies outside the hours in which this list may be called',
} as const
