/** One contact in plain figures and words: what a CRM is told when it is over. */
import { foldStory } from '../core/history/story.ts'
import type { CustomerId, InteractionId } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'
import { contactsOf } from './contacts-store.ts'
import { factsOf } from './facts-store.ts'
import { readAdditions } from './interactions-store.ts'
import { readTags } from './work/tag-store.ts'

export type ContactNotes = Readonly<{
  id: InteractionId
  customerId: CustomerId | null
  channel: string
  direction: string
  from: string | null
  to: string | null
  arrivedAt: string
  endedAt: string | null
  outcome: string | null
  queueId: string | null
  agentId: string | null
  waitMs: number
  talkMs: number
  holdMs: number
  disposition: string | null
  tags: readonly string[]
  notes: readonly string[]
}>

export async function summaryOf(database: Database, id: InteractionId): Promise<ContactNotes | null> {
  const story = foldStory((await factsOf(database, [id])).map(({ fact }) => fact))
  if (story === null) return null
  const [[contact], additions, tags] = await Promise.all([
    contactsOf(database, [id]),
    readAdditions(database, id, story.customerId),
    readTags(database.knex, id),
  ])
  const iso = (at: number): string => new Date(at).toISOString()
  return {
    id,
    customerId: story.customerId,
    channel: story.channel,
    direction: story.direction,
    from: contact?.identity ?? null,
    to: contact?.dialled ?? null,
    arrivedAt: iso(story.arrivedAt),
    endedAt: story.endedAt === null ? null : iso(story.endedAt),
    outcome: story.outcome,
    queueId: story.queueId,
    agentId: story.agentId,
    waitMs: story.waitMs,
    talkMs: story.talkMs,
    holdMs: story.holdMs,
    disposition: additions.disposition?.code ?? null,
    tags,
    notes: additions.notes.map(({ text }) => text),
  }
}
