/** What a customer had with us, in figures: for the card and for segments. */
import type { ContactSummary } from '../../core/customer/segments.ts'
import type { SurveyAnswer } from '../../core/customer/satisfaction.ts'
import type { CustomerId } from '../../core/ids.ts'
import type { Database } from '../../platform/database/database.ts'

export type CardFigures = Readonly<{
  contacts: ContactSummary
  answers: readonly SurveyAnswer[]
  openCases: number
  cases: number
  journeyPoints: number
  duplicates: number
}>

const newestCounted = 1_000
const newestAsked = 200

export async function readFigures({ pool }: Database, customerId: CustomerId): Promise<CardFigures> {
  const { rows } = await pool.query<Omit<CardFigures, 'answers'> & { answers: SurveyAnswer[] | null }>({
    name: 'customer-figures',
    text: `with record as materialized (select id from customer_records($1) id),
     recent as materialized (
       select own.* from record cross join lateral (
         select id, channel, outcome, arrived_at from interactions i
         where i.customer_id = record.id order by arrived_at desc, i.id desc limit ${newestCounted}) own
       order by own.arrived_at desc limit ${newestCounted})
     select
       jsonb_build_object(
         'total', (select count(*) from record join interactions i on i.customer_id = record.id),
         'firstAt', (select min(i.arrived_at) from record join interactions i on i.customer_id = record.id),
         'lastAt', (select max(arrived_at) from recent),
         'channels', coalesce((select jsonb_object_agg(channel, n) from (select channel, count(*) n from recent group by 1) c), '{}'),
         'outcomes', coalesce((select jsonb_object_agg(outcome, n) from
           (select outcome, count(*) n from recent where outcome is not null group by 1) o), '{}')) as contacts,
       (select jsonb_agg(jsonb_build_object('at', f.at, 'interactionId', f.interaction_id,
           'nodeId', f.body->>'nodeId', 'score', (f.body->>'score')::float) order by f.at desc)
         from (select id from recent order by arrived_at desc limit ${newestAsked}) r
         join facts f on f.interaction_id = r.id and f.kind = 'survey-answered') as answers,
       (select count(*)::integer from record join cases k on k.customer_id = record.id where k.state = 'open') as "openCases",
       (select count(*)::integer from record join cases k on k.customer_id = record.id) as cases,
       (select coalesce(sum(j.points), 0)::integer from record join journey j on j.customer_id = record.id) as "journeyPoints",
       (select count(*)::integer from duplicates d join customers a on a.id = d.a_id join customers b on b.id = d.b_id
         where d.dismissed_at is null and coalesce(a.leading_id, a.id) <> coalesce(b.leading_id, b.id)
         and (d.a_id in (select id from record) or d.b_id in (select id from record))) as duplicates`,
    values: [customerId],
  })
  const row = rows[0]
  if (row === undefined) throw new Error('figures without a row')
  return { ...row, answers: row.answers ?? [] }
}
