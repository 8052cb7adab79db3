/** A history of any size, made by the database itself: customers, interactions, messages and their words. */
import type { Database } from '../../../src/platform/database/database.ts'

export type LargeHistory = Readonly<{
  messages: number
  /** Has `loyalInteractions` of the interactions. */
  loyalCustomer: string
}>

export const loyalInteractions = 10_000
const messagesPerInteraction = 10
const interactionsPerCustomer = 8
const loyalCustomer = '00000000-0000-4000-8000-00000000c0de'
/** Two years of contacts, so that the newest are days apart from the oldest. */
const spanMs = 2 * 365 * 86_400_000
const startAt = Date.UTC(2024, 0, 1)

/**
 * Words come as in a language: few are frequent, most are rare. `invoice` is in a tenth of the messages, `complaint` in one of
 * 2,000, `zanzibar` in one of 250,000, and `telegraph` in a twentieth of those of the first quarter and never since.
 */
const word = `'w' || (power(random(), 3) * 30000)::integer`
const text = `${Array.from({ length: 10 }, () => word).join(` || ' ' || `)}
  || case when g % 10 = 3 then ' invoice' else '' end
  || case when g % 2000 = 77 then ' complaint' else '' end
  || case when g % 250000 = 1234 then ' zanzibar' else '' end
  || case when g % 20 = 7 and g < :messages / 4 then ' telegraph' else '' end`

/** The database must be migrated, and empty or made by this before. */
export async function makeLargeHistory({ knex }: Database, messages: number): Promise<LargeHistory> {
  const interactions = messages / messagesPerInteraction
  const customers = Math.ceil((interactions - loyalInteractions) / interactionsPerCustomer)
  const values = { messages, interactions, customers, loyal: loyalCustomer, span: spanMs, start: startAt }
  const run = (sql: string): Promise<unknown> =>
    knex.raw(sql.replaceAll(/(?<!:):(\w+)/g, (_, name: keyof typeof values) => String(values[name])))
  const customerOf = (i: string): string => `('10000000-0000-4000-8000-' || lpad((${i})::text, 12, '0'))`
  const interactionOf = (i: string): string => `('20000000-0000-4000-8000-' || lpad((${i})::text, 12, '0'))`
  const atOf = (share: string): string => `(:start + (${share}) * :span)`

  const made = await knex('spoken_words').first<object | undefined>('seq')
  if (made !== undefined) return { messages, loyalCustomer }
  await run('drop index spoken_words_words, spoken_words_newest, spoken_words_interaction, details_interaction')
  await run(`insert into customers (id, name, company, unexamined) select cast(${customerOf('g')} as uuid),
    'Name' || (g % 5000) || ' Family' || (g / 40), 'Company ' || (g % 3000), false from generate_series(1, :customers) g`)
  await run(`insert into customers (id, name, unexamined) values ('${loyalCustomer}', 'Loyal Customer', false)`)
  await run(`insert into interactions (id, channel, direction, entry_point_id, provider_id, customer_id, state, wrapping_up, settled,
      queue_id, arrived_at, wait_ms, talk_ms, hold_ms, wrap_up_ms, offers, recordings, ended_at, ended_by, outcome)
    select cast(${interactionOf('g')} as uuid), (array['chat','voice','email'])[1 + g % 3], 'inbound', 'main', 'p' || g,
      case when g % (:interactions / ${loyalInteractions}) = 0 then '${loyalCustomer}'
        else cast(${customerOf('1 + (cast(g as bigint) * 7919) % :customers')} as uuid) end,
      'ended', false, true, 'sales', cast(${atOf('g::float / :interactions')} as bigint), 1000, 60000, 0, 5000, 1, 0,
      cast(${atOf('g::float / :interactions')} as bigint) + 60000, 'customer', 'answered'
    from generate_series(1, :interactions) g`)
  await run(`insert into details (seq, n, interaction_id, at, kind, body)
    select g, 0, cast(${interactionOf(`1 + (g - 1) / ${messagesPerInteraction}`)} as uuid),
      cast(${atOf('g::float / :messages')} as bigint), 'message', jsonb_build_object('text', ${text})
    from generate_series(1, :messages) g`)
  await run(`insert into spoken_words (seq, n, interaction_id, at, kind, words)
    select d.seq, d.n, d.interaction_id, d.at, d.kind,
      to_tsvector('centralita', body->>'text') || array_to_tsvector(array[customer_word(i.customer_id)])
    from details d join interactions i on i.id = d.interaction_id`)
  await run(`set maintenance_work_mem = '512MB'`)
  await run('create index spoken_words_words on spoken_words using gin (words)')
  await run('create index spoken_words_newest on spoken_words (at desc, seq desc, n desc)')
  await run('create index spoken_words_interaction on spoken_words (interaction_id)')
  await run('create index details_interaction on details (interaction_id, seq)')
  for (const table of ['customers', 'interactions', 'details', 'spoken_words']) await run(`vacuum analyze ${table}`)
  return { messages, loyalCustomer }
}
