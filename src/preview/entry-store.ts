/** Customers on preview lists: whose turn it is, in whose hands they are, and what came of it. Each step is kept. */
import type { Knex } from 'knex'
import type { AgentId, CustomerId, InteractionId, Instant } from '../core/ids.ts'

export type Transaction = Knex.Transaction

export const entryStates = ['waiting', 'held', 'dialling', 'done', 'left-out'] as const
export type EntryState = (typeof entryStates)[number]

export type Entry = Readonly<{
  id: string
  listId: string
  /** As they were put on the list. */
  position: number
  number: string
  name: string | null
  customerId: CustomerId | null
  state: EntryState
  dueAt: Instant
  /** Who promised the call; null: nobody. */
  promisedBy: AgentId | null
  attempts: number
  holderId: AgentId | null
  heldUntil: Instant | null
  /** Of the last call. */
  interactionId: InteractionId | null
  outcome: string | null
  changedAt: Instant
}>

export type Step = Readonly<{
  at: Instant
  kind: 'shown' | 'given-back' | 'dialled' | 'not-dialled' | 'called' | 'skipped' | 'promised' | 'left-out'
  agentId: AgentId | null
  reason: string | null
  note: string | null
  interactionId: InteractionId | null
}>

const columns = {
  id: 'id',
  listId: 'list_id',
  position: 'position',
  number: 'number',
  name: 'name',
  customerId: 'customer_id',
  state: 'state',
  dueAt: 'due_at',
  promisedBy: 'promised_by',
  attempts: 'attempts',
  holderId: 'holder_id',
  heldUntil: 'held_until',
  interactionId: 'interaction_id',
  outcome: 'outcome',
  changedAt: 'changed_at',
} as const
const selected = Object.entries(columns).map(([field, column]) => `${column} as ${field}`)
const toRow = (entry: Partial<Entry>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(entry).map(([field, value]) => [columns[field as keyof Entry], value]))

export async function readEntry(knex: Knex, id: string): Promise<Entry | null> {
  return ((await knex('preview_entries').select(selected).where({ id }).first()) as Entry | undefined) ?? null
}

/** As `readEntry`; nobody else changes it until the transaction ends. */
export async function lockEntry(trx: Transaction, id: string): Promise<Entry | null> {
  const entry: Entry | undefined = await trx('preview_entries').select(selected).where({ id }).forUpdate().first()
  return entry ?? null
}

/** What the agent looks at or calls, and else what they called last: theirs to say more about. */
export async function inHandsOf(knex: Knex, agentId: AgentId): Promise<Entry[]> {
  return (await knex('preview_entries').select(selected).where({ holder_id: agentId })) as Entry[]
}

type Ask = Readonly<{
  listIds: readonly string[]
  agentId: AgentId
  at: Instant
  promiseMs: number
  passed: readonly string[]
}>

/**
 * The next whose turn it is; null: nobody's. A promise is its agent's alone until `promiseMs` after it was due. List by list,
 * so that the index gives the first of each, however long they are.
 */
export async function nextOf(knex: Knex, ask: Ask): Promise<Entry | null> {
  const { listIds, agentId, at, promiseMs } = ask
  const promised: Entry | undefined = await waitingOn(knex, listIds, ask)
    .whereNotNull('e.promised_by')
    .whereRaw('(e.promised_by = ? or e.due_at + ? <= ?)', [agentId, promiseMs, at])
    .first()
  if (promised !== undefined) return promised
  const firsts: (Entry | undefined)[] = await Promise.all(
    listIds.map((listId) => waitingOn(knex, [listId], ask).whereNull('e.promised_by').first()),
  )
  const next = firsts
    .filter((entry) => entry !== undefined)
    .toSorted((a, b) => a.dueAt - b.dueAt || a.position - b.position)
  return next[0] ?? null
}

function waitingOn(knex: Knex, listIds: readonly string[], { at, passed }: Ask): Knex.QueryBuilder {
  return knex('preview_entries as e')
    .select(selected.map((column) => `e.${column}`))
    .where('e.state', 'waiting')
    .where('e.due_at', '<=', at)
    .whereIn('e.list_id', [...listIds])
    .whereNotIn('e.id', [...passed])
    .whereRaw(
      `not exists (select from preview_entries o where o.number = e.number and o.state in ('held', 'dialling'))`,
    )
    .orderBy(['e.due_at', 'e.position'])
}

export type Change = Readonly<{
  id: string
  /** It is still so; else nothing happens. */
  from: readonly EntryState[]
  holderId?: AgentId
  interactionId?: InteractionId
}>

/** null: it is otherwise by now, or somebody else has this customer in hand. */
export async function changeEntry(
  knex: Knex,
  { id, from, holderId, interactionId }: Change,
  change: Partial<Entry>,
  step: Partial<Step> & Pick<Step, 'kind' | 'at'>,
): Promise<Entry | null> {
  try {
    return await knex.transaction(async (trx) => {
      const changed = await trx('preview_entries')
        .where({ id, ...(holderId !== undefined && { holder_id: holderId }) })
        .where(interactionId === undefined ? {} : { interaction_id: interactionId })
        .whereIn('state', [...from])
        .update(toRow({ ...change, changedAt: step.at }))
      if (changed === 0) return null
      await insertStep(trx, id, step)
      return readEntry(trx, id)
    })
  } catch (error) {
    if ((error as { code?: string }).code === uniqueViolation) return null
    throw error
  }
}

const uniqueViolation = '23505'
export const nobodys = { holderId: null, heldUntil: null } as const

async function insertStep(knex: Knex, entryId: string, step: Partial<Step> & Pick<Step, 'kind' | 'at'>): Promise<void> {
  const { at, kind, agentId = null, reason = null, note = null, interactionId = null } = step
  await knex('preview_steps').insert({
    ...{ entry_id: entryId, at, kind, agent_id: agentId, reason, note, interaction_id: interactionId },
  })
}

/** Still looked at. */
export async function renewHold(knex: Knex, id: string, until: Instant): Promise<void> {
  await knex('preview_entries').where({ id, state: 'held' }).update({ held_until: until })
}

/** Those whom nobody looks at any more are for everybody again. */
export async function releaseLapsed(knex: Knex, at: Instant): Promise<void> {
  const lapsed = await idsOf(knex('preview_entries').where({ state: 'held' }).where('held_until', '<', at))
  for (const id of lapsed) await giveBack(knex, { id, from: ['held'] }, { at, reason: 'nobody-looked' })
}

/** The list stops: whoever looks at somebody of it looks in vain. */
export async function releaseList(knex: Knex, listId: string, at: Instant): Promise<void> {
  const held = await idsOf(knex('preview_entries').where({ state: 'held', list_id: listId }))
  for (const id of held) await giveBack(knex, { id, from: ['held'] }, { at, reason: 'list-stopped' })
}

export function giveBack(knex: Knex, change: Change, step: Partial<Step> & Pick<Step, 'at'>): Promise<Entry | null> {
  return changeEntry(knex, change, { state: 'waiting', ...nobodys }, { ...step, kind: 'given-back' })
}

async function idsOf(query: Knex.QueryBuilder): Promise<string[]> {
  const rows: { id: string }[] = await query.select('id')
  return rows.map(({ id }) => id)
}

/** Being called, as far as we know. */
export async function dialled(knex: Knex): Promise<Entry[]> {
  return (await knex('preview_entries').select(selected).where({ state: 'dialling' })) as Entry[]
}

export async function dialledAs(trx: Knex, interactionIds: readonly InteractionId[]): Promise<Entry[]> {
  return (await trx('preview_entries')
    .select(selected)
    .where({ state: 'dialling' })
    .whereIn('interaction_id', [...interactionIds])
    .forUpdate()) as Entry[]
}

export async function hasFacts(knex: Knex, interactionId: InteractionId): Promise<boolean> {
  return (await knex('facts').where({ interaction_id: interactionId }).first('seq')) !== undefined
}

export type NewEntry = Pick<Entry, 'id' | 'number' | 'name' | 'customerId' | 'state' | 'outcome'>

/** Returns the numbers that were new to the list. */
export async function insertEntries(
  knex: Knex,
  listId: string,
  entries: readonly NewEntry[],
  at: Instant,
): Promise<ReadonlySet<string>> {
  const rows: { number: string }[] = await knex('preview_entries')
    .insert(entries.map((entry) => toRow({ ...entry, listId, changedAt: at })))
    .onConflict(['list_id', 'number'])
    .ignore()
    .returning('number')
  return new Set(rows.map(({ number }) => number))
}

export async function countEntries(knex: Knex, listId: string): Promise<number> {
  const row = await knex('preview_entries')
    .where({ list_id: listId })
    .count({ n: '*' })
    .first<{ n: string } | undefined>()
  return Number(row?.n ?? 0)
}

/** Whom each of these numbers belongs to, and whether they asked not to be called. */
export async function knownBehind(
  knex: Knex,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, Readonly<{ customerId: CustomerId; doNotCall: boolean }>>> {
  const { rows } = await knex.raw<{ rows: { number: string; customerId: CustomerId; doNotCall: boolean }[] }>(
    `select i.value as number, coalesce(c.leading_id, c.id) as "customerId",
       exists (select from do_not_call d where d.customer_id in (select * from customer_records(c.id))) as "doNotCall"
     from identities i
     join identity_links l on l.identity_id = i.id and l.ended_at is null
     join customers c on c.id = l.customer_id
     where i.kind = 'phone' and i.value = any(?::text[])`,
    [[...numbers]],
  )
  return new Map(rows.map(({ number, ...known }) => [number, known]))
}

/** As they were put on the list. `after`: the position of the last one of the page before. */
export async function listEntries(
  knex: Knex,
  ask: Readonly<{ listId: string; state: EntryState | null; after: number | null; limit: number }>,
): Promise<Entry[]> {
  const query = knex('preview_entries').select(selected).where({ list_id: ask.listId }).orderBy('position')
  if (ask.state !== null) void query.where({ state: ask.state })
  if (ask.after !== null) void query.where('position', '>', ask.after)
  return (await query.limit(ask.limit)) as Entry[]
}

/** Oldest first. */
export async function stepsOf(knex: Knex, entryIds: readonly string[]): Promise<(Step & { entryId: string })[]> {
  return (await knex('preview_steps')
    .select({ entryId: 'entry_id', at: 'at', kind: 'kind', agentId: 'agent_id', reason: 'reason', note: 'note' })
    .select({ interactionId: 'interaction_id' })
    .whereIn('entry_id', [...entryIds])
    .orderBy('id')) as (Step & { entryId: string })[]
}
