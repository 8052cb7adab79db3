/** Articles that flows tell, and what those they were told to said of them. */
import type { ToldArticle, WantedArticle } from '../core/flow/effects.ts'
import type { StoredFact } from '../core/writer.ts'
import { recentFacts, type History } from '../history/index.ts'
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

/** More than a process that dies can have left uncounted. */
const lookedAtAgain = 20_000

/** Counts what is said of them, once for each contact; what a crash left uncounted is counted at the next start. */
export async function countJudgements({ database, writer, log }: History): Promise<() => void> {
  const knowledge = createKnowledge(database)
  const count = async (facts: readonly StoredFact[]): Promise<void> => {
    for (const { fact } of facts) {
      if (fact.kind !== 'article-judged') continue
      const { articleId, language, helped, interactionId } = fact
      const judgement = { language, helped, reader: `contact ${interactionId}` }
      await database.knex.transaction((trx) => knowledge.judge(trx, articleId, judgement))
    }
  }
  const safely = (facts: readonly StoredFact[]): void =>
    void count(facts).catch((error: unknown) => log.warn({ err: error }, 'whether an article helped was not counted'))
  const stop = writer.onFacts((facts) => {
    if (facts.some(({ fact }) => fact.kind === 'article-judged')) safely(facts)
  })
  safely(await recentFacts(database, 'article-judged', lookedAtAgain))
  return stop
}
