/** Canned replies: an agent's own, a team's, and everybody's. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Author } from './article-store.ts'

export const scopes = ['personal', 'team', 'everybody'] as const
export type Scope = (typeof scopes)[number]

export type CannedReply = Readonly<{
  id: string
  scope: Scope
  /** Of a personal one. */
  ownerId: string | null
  /** Of a team's: whoever serves this queue is the team. */
  queueId: string | null
  shortcut: string | null
  title: string
  /** By language. */
  texts: Readonly<Record<string, string>>
  changedAt: Date
}>

export type CannedContent = Pick<CannedReply, 'scope' | 'ownerId' | 'queueId' | 'shortcut' | 'title' | 'texts'>

/** Whose replies somebody may see; queues null: of all teams. */
export type Sight = Readonly<{ userId: string; queueIds: readonly string[] | null }>

const columns = [
  'id',
  'scope',
  'owner_id as ownerId',
  'queue_id as queueId',
  'shortcut',
  'title',
  'texts',
  'changed_at as changedAt',
] as const

const mostListed = 500

/** By shortcut and title; a search finds a part of any of them. */
export async function listCanned(knex: Knex, sight: Sight, search: string | null): Promise<CannedReply[]> {
  const query = knex('canned_replies')
    .where((mine) => {
      void mine.where({ scope: 'everybody' }).orWhere({ owner_id: sight.userId })
      if (sight.queueIds === null) void mine.orWhere({ scope: 'team' })
      else void mine.orWhereIn('queue_id', sight.queueIds)
    })
    .orderByRaw('shortcut nulls last, lower(title), id')
    .limit(mostListed)
  if (search !== null) {
    const part = `%${search.replace(/[\\%_]/g, '\\$&')}%`
    void query.where((any) => {
      void any.whereILike('title', part).orWhereILike('shortcut', part).orWhereRaw('texts::text ilike ?', [part])
    })
  }
  return query.select<CannedReply[]>(...columns)
}

export async function readCanned(knex: Knex, id: string): Promise<CannedReply | null> {
  return (
    (await knex('canned_replies')
      .where({ id })
      .first<CannedReply | undefined>(...columns)) ?? null
  )
}

export async function insertCanned(knex: Knex, content: CannedContent, by: Author): Promise<string> {
  const id = randomUUID()
  await knex('canned_replies').insert({ id, ...row(content, by) })
  return id
}

export async function updateCanned(knex: Knex, id: string, content: CannedContent, by: Author): Promise<void> {
  await knex('canned_replies')
    .where({ id })
    .update({ ...row(content, by), changed_at: knex.fn.now() })
}

export async function removeCanned(knex: Knex, id: string): Promise<void> {
  await knex('canned_replies').where({ id }).delete()
}

function row({ scope, ownerId, queueId, shortcut, title, texts }: CannedContent, by: Author) {
  return {
    scope,
    owner_id: ownerId,
    queue_id: queueId,
    shortcut,
    title,
    texts: JSON.stringify(texts),
    changed_by: JSON.stringify(by),
  }
}
