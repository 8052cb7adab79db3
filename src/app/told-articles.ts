/** Articles that flows tell, and what those they were told to said of them. */
import type { ToldArticle, WantedArticle } from '../core/flow/effects.ts'
import { FactFollower, type History } from '../history/index.ts'
import { createKnowledge } from '../knowledge/index.ts'
import type { Database } from '../platform/database/database.ts'

/** What every customer may read; null: nothing is published under that id, or nothing answers the question. */
export function articleFinder(
  database: Database,
): (wanted: WantedArticle, languages: readonly string[]) => Promise<ToldArticle | null> {
  const knowledge = createKnowledge(database)
  return async (wanted, languages) => {
    if ('articleId' in wanted) {
      const read = await knowledge.read(wanted.articleId, { audience: 'public', languages })
      return read === null ? null : toldOf(read)
    }
    const [best] = await knowledge.search({ text: wanted.question, languages, audience: 'public', limit: 1 })
    return best === undefined ? null : toldOf(best)
  }
}

const toldOf = ({ articleId, language, title, body }: ToldArticle): ToldArticle => ({
  articleId,
  language,
  title,
  body,
})

/** Counts what was said of them: once for each contact, whatever crashes. */
export function countJudgements({ database, writer, log }: History): FactFollower {
  const knowledge = createKnowledge(database)
  return new FactFollower({
    ...{ database, writer, log },
    name: 'article-judgements',
    from: 'next-fact',
    concerns: ({ kind }) => kind === 'article-judged',
    async take(trx, facts) {
      for (const { fact } of facts) {
        if (fact.kind !== 'article-judged') continue
        const { articleId, language, helped, interactionId } = fact
        await knowledge.judge(trx, articleId, { language, helped, reader: `contact ${interactionId}` })
      }
    },
  })
}
