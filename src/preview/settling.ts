/** What came of calls from preview lists, told by their facts: nothing is lost when the service dies in mid-call. */
import { afterCall } from '../core/preview/entry.ts'
import type { Fact } from '../core/facts.ts'
import type { StoredFact } from '../core/writer.ts'
import { FactFollower } from '../history/index.ts'
import { changeEntry, dialledAs, nobodys, type Entry, type Transaction } from './entry-store.ts'
import { readList } from './list-store.ts'
import type { PreviewPorts } from './ports.ts'

type Ended = Extract<Fact, { kind: 'interaction-ended' }>

export const settling = ({ database, writer, log }: PreviewPorts): FactFollower =>
  new FactFollower({
    ...{ database, writer, log },
    name: 'preview-lists',
    from: 'next-fact',
    concerns: ({ kind }) => kind === 'interaction-ended',
    take: settleAll,
  })

async function settleAll(trx: Transaction, facts: readonly StoredFact[]): Promise<void> {
  const ended = new Map(
    facts.flatMap(({ fact }) => (fact.kind === 'interaction-ended' ? [[fact.interactionId, fact]] : [])),
  )
  for (const entry of await dialledAs(trx, [...ended.keys()])) {
    const end = ended.get(entry.interactionId ?? '')
    if (end !== undefined) await settle(trx, entry, end)
  }
}

async function settle(trx: Transaction, entry: Entry, end: Ended): Promise<void> {
  const list = await readList(trx, entry.listId)
  if (list === null) return
  const { id, attempts, holderId, promisedBy, interactionId } = entry
  const promisedFor = promisedBy === null ? null : entry.dueAt
  const { counts, ...settled } = afterCall({ attempts, promisedFor }, end, list, end.at)
  const change = { ...settled, ...nobodys, attempts: counts ? attempts : attempts - 1 }
  const step = { kind: 'called', at: end.at, agentId: holderId, reason: settled.outcome, interactionId } as const
  await changeEntry(trx, { id, from: ['dialling'] }, change, step)
}
