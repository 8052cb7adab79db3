/** One knowledge base for agents, flows and the widget: what is published, found and ranked the same way for all. */
import { ranked } from '../core/knowledge/rank.ts'
import type { Database } from '../platform/database/database.ts'
import { findPublished, keepFeedback, readPublished, type Audience, type Found } from './article-store.ts'

export type Question = Readonly<{
  text: string
  /** The preferred one first; an article that has none of them is given in what it has. */
  languages: readonly string[]
  /** `internal`: public ones as well. */
  audience: Audience
  limit: number
}>

export type Knowledge = ReturnType<typeof createKnowledge>

export function createKnowledge(database: Database) {
  const only = (audience: Audience): Audience | null => (audience === 'public' ? 'public' : null)
  return {
    database,
    /** For a search box, a flow that suggests, or an agent's desk. */
    async search({ text, languages, audience, limit }: Question): Promise<Found[]> {
      return ranked(await findPublished(database, { text, audience: only(audience) }), languages, limit)
    },
    read: (articleId: string, { audience, languages }: Pick<Question, 'audience' | 'languages'>) =>
      readPublished(database.knex, articleId, { audience: only(audience), languages }),
    /** Whether it helped that reader. */
    judge: keepFeedback,
  }
}
