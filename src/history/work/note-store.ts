/** Notes on cases and customers; those on interactions are with the interactions. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Note } from '../../core/history/timeline.ts'
import type { CustomerId, Instant } from '../../core/ids.ts'

export type NoteSubject = Readonly<{ caseId: string }> | Readonly<{ customerIds: readonly CustomerId[] }>

export async function addNoteTo(
  knex: Knex,
  subject: Readonly<{ caseId: string }> | Readonly<{ customerId: CustomerId }>,
  { authorId, at, text }: { authorId: string; at: Instant; text: string },
): Promise<Note> {
  const id = randomUUID()
  const on = 'caseId' in subject ? { case_id: subject.caseId } : { customer_id: subject.customerId }
  await knex('notes').insert({ id, ...on, author_id: authorId, at, text })
  return { id, at, authorId, text }
}

/** Oldest first; the newest so many. */
export async function notesOf(knex: Knex, subject: NoteSubject, most = 200): Promise<Note[]> {
  const query = knex('notes')
    .orderBy([{ column: 'at', order: 'desc' }, 'id'])
    .limit(most)
  const notes = await (
    'caseId' in subject ? query.where({ case_id: subject.caseId }) : query.whereIn('customer_id', subject.customerIds)
  ).select<Note[]>('id', 'at', 'author_id as authorId', 'text')
  return notes.toReversed()
}
