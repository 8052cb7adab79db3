/** Articles: revisions that are never changed, and for each language the one that is published. */
import type { Knex } from 'knex'
import type { Candidate } from '../core/knowledge/rank.ts'
import type { Database } from '../platform/database/database.ts'

export type Audience = 'public' | 'internal'
export type Author = Readonly<{ kind: 'user' | 'api-key' | 'system'; id: string | null; name: string }>

export type Article = Readonly<{
  id: string
  audience: Audience
  tags: readonly string[]
  createdAt: Date
  /** By language: the newest revision and the published one. */
  languages: readonly Readonly<{
    language: string
    title: string
    latest: number
    published: number | null
    helped: number
    notHelped: number
  }>[]
}>

export type Revision = Readonly<{
  language: string
  n: number
  title: string
  body: string
  keywords: string
  at: Date
  writtenBy: Author
}>

export type Found = Candidate &
  Readonly<{ audience: Audience; title: string; body: string; snippet: string; publishedAt: Date }>

const articleColumns = `a.id, a.audience, a.tags, a.created_at as "createdAt", coalesce((
  select jsonb_agg(jsonb_build_object('language', r.language, 'title', r.title, 'latest', r.n, 'published', p.n,
    'helped', coalesce(p.helped, 0), 'notHelped', coalesce(p.not_helped, 0)) order by r.language)
  from (select distinct on (language) * from article_revisions where article_id = a.id order by language, n desc) r
  left join published_articles p on p.article_id = a.id and p.language = r.language), '[]') as languages`

export async function listArticles(knex: Knex, ask: { after: string | null; limit: number }): Promise<Article[]> {
  const { rows } = await knex.raw<{ rows: Article[] }>(
    `select ${articleColumns} from articles a where a.id > ? order by a.id limit ?`,
    [ask.after ?? '', ask.limit],
  )
  return rows
}

export async function readArticle(knex: Knex, id: string): Promise<Article | null> {
  const { rows } = await knex.raw<{ rows: Article[] }>(`select ${articleColumns} from articles a where a.id = ?`, [id])
  return rows[0] ?? null
}

export async function keepArticle(
  knex: Knex,
  { id, audience, tags, by }: { id: string; audience: Audience; tags: readonly string[]; by: Author },
): Promise<void> {
  await knex('articles')
    .insert({ id, audience, tags: [...tags], created_by: JSON.stringify(by) })
    .onConflict('id')
    .merge(['audience', 'tags'])
}

export async function removeArticle(knex: Knex, id: string): Promise<boolean> {
  return (await knex('articles').where({ id }).delete()) > 0
}

/** Writers of one article wait for each other, so that revisions are numbered without gap. */
export async function addRevision(
  knex: Knex,
  articleId: string,
  {
    language,
    title,
    body,
    keywords,
    by,
  }: { language: string; title: string; body: string; keywords: string; by: Author },
): Promise<number> {
  await knex('articles').where({ id: articleId }).forUpdate().first('id')
  const { rows } = await knex.raw<{ rows: { n: number }[] }>(
    `insert into article_revisions (article_id, language, n, title, body, keywords, written_by)
     select :articleId, :language, coalesce(max(n), 0) + 1, :title, :body, :keywords, cast(:by as jsonb)
     from article_revisions where article_id = :articleId and language = :language returning n`,
    { articleId, language, title, body, keywords, by: JSON.stringify(by) },
  )
  return rows[0]?.n ?? 1
}

export async function readRevisions(knex: Knex, articleId: string, language: string): Promise<Revision[]> {
  return knex('article_revisions')
    .where({ article_id: articleId, language })
    .orderBy('n', 'desc')
    .limit(200)
    .select<Revision[]>('language', 'n', 'title', 'body', 'keywords', 'at', 'written_by as writtenBy')
}

/** False when there is no such revision. What readers said of the article stays with it. */
export async function publishRevision(
  knex: Knex,
  articleId: string,
  { language, n, by }: { language: string; n: number; by: Author },
): Promise<boolean> {
  const { rows } = await knex.raw<{ rows: object[] }>(
    `insert into published_articles (article_id, language, n, title, body, keywords, published_by)
     select article_id, language, n, title, body, keywords, cast(:by as jsonb) from article_revisions
     where article_id = :articleId and language = :language and n = :n
     on conflict (article_id, language) do update set n = excluded.n, title = excluded.title, body = excluded.body,
       keywords = excluded.keywords, at = now(), published_by = excluded.published_by
     returning 1`,
    { articleId, language, n, by: JSON.stringify(by) },
  )
  return rows.length > 0
}

export async function withdraw(knex: Knex, articleId: string, language: string): Promise<boolean> {
  return (await knex('published_articles').where({ article_id: articleId, language }).delete()) > 0
}

const published = `p.article_id as "articleId", p.language, a.audience, p.title, p.body, p.at as "publishedAt",
  p.helped, p.not_helped as "notHelped"`

export async function readPublished(
  knex: Knex,
  articleId: string,
  { audience, languages }: { audience: Audience | null; languages: readonly string[] },
): Promise<Omit<Found, 'match' | 'snippet'> | null> {
  const { rows } = await knex.raw<{ rows: Omit<Found, 'match' | 'snippet'>[] }>(
    `select ${published} from published_articles p join articles a on a.id = p.article_id
     where p.article_id = :articleId and (cast(:audience as text) is null or a.audience = :audience)
     order by coalesce(array_position(cast(:languages as text[]), p.language), 1000), p.language limit 1`,
    { articleId, audience, languages: [...languages] },
  )
  return rows[0] ?? null
}

const mostCandidates = 60
/** A title that resembles the question by less than this matches by chance. */
const leastLikeness = 0.3

/** By words and, where Postgres can, by what resembles them: a question with typos finds its article. */
export async function findPublished(
  { knex }: Database,
  ask: { text: string; audience: Audience | null },
): Promise<Found[]> {
  const trigrams = await knex('pg_extension').where({ extname: 'pg_trgm' }).first<object | undefined>('extname')
  const likeness =
    trigrams === undefined
      ? '0'
      : `greatest(word_similarity(lower(:text), lower(p.title)), word_similarity(lower(:text), lower(p.keywords)),
          (select coalesce(avg(w.best), 0) from (
            select greatest(word_similarity(word, lower(p.title)), word_similarity(word, lower(p.keywords)),
              case when length(p.body) < 20000 then 0.8 * word_similarity(word, lower(p.body)) else 0 end) as best
            from regexp_split_to_table(lower(:text), '[^[:alnum:]]+') word where length(word) > 2 limit 8) w))`
  const { rows } = await knex.raw<{ rows: Found[] }>(
    `with asked as materialized (select search_query(:text) as q)
     select ${published}, least(1, m.rank + m.likeness) as match,
       ts_headline('centralita', p.body, (select q from asked),
         'MaxWords=30, MinWords=12, MaxFragments=1, StartSel="", StopSel=""') as snippet
     from published_articles p join articles a on a.id = p.article_id
     cross join lateral (select ts_rank(p.words, (select q from asked)) as rank, ${likeness} as likeness) m
     where (cast(:audience as text) is null or a.audience = :audience)
       and (p.words @@ (select q from asked) or m.likeness >= ${leastLikeness})
     order by match desc, p.article_id limit ${mostCandidates}`,
    { text: ask.text, audience: ask.audience },
  )
  return rows
}

/** A reader who changes their mind is counted once. False when nothing is published there. */
export async function keepFeedback(
  knex: Knex,
  articleId: string,
  { language, reader, helped }: { language: string; reader: string; helped: boolean },
): Promise<boolean> {
  const place = { article_id: articleId, language }
  const found = await knex('published_articles').where(place).forUpdate().first<object | undefined>('n')
  if (found === undefined) return false
  await knex('article_feedback')
    .insert({ ...place, reader, helped })
    .onConflict(['article_id', 'language', 'reader'])
    .merge(['helped'])
  await knex.raw(
    `update published_articles p set helped = f.helped, not_helped = f.not_helped
     from (select count(*) filter (where helped)::integer as helped, count(*) filter (where not helped)::integer as not_helped
       from article_feedback where article_id = ? and language = ?) f
     where p.article_id = ? and p.language = ?`,
    [articleId, language, articleId, language],
  )
  return true
}
