import pg from 'pg'
import { eventually } from './poll.ts'

/** What the stored facts say of every interaction, read past the service. */
export type Ledger = Readonly<{
  /** Numbers that are missing between the first fact and the last. */
  gaps: number
  /** Ended not at all, or more than once. */
  unsettled: readonly Readonly<{ id: string; arrivals: number; ends: number }>[]
  arrivals: number
  /** Facts of that kind. */
  count(kind: string): number
}>

export async function readLedger(databaseUrl: string): Promise<Ledger> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows: span } = await client.query<{ gaps: number }>(
      'select (coalesce(max(seq), 0) - count(*))::int as gaps from facts',
    )
    const { rows: lives } = await client.query<{ id: string; arrivals: number; ends: number }>(
      `select interaction_id as id,
         (count(*) filter (where kind = 'interaction-arrived'))::int as arrivals,
         (count(*) filter (where kind = 'interaction-ended'))::int as ends
       from facts where interaction_id is not null group by interaction_id`,
    )
    const { rows: kinds } = await client.query<{ kind: string; count: number }>(
      'select kind, count(*)::int as count from facts group by kind',
    )
    return {
      gaps: span[0]?.gaps ?? 0,
      unsettled: lives.filter(({ arrivals, ends }) => arrivals !== 1 || ends !== 1),
      arrivals: lives.length,
      count: (kind) => kinds.find((row) => row.kind === kind)?.count ?? 0,
    }
  } finally {
    await client.end()
  }
}

/** Every interaction arrived once and ended once, and no fact is missing. */
export async function everyInteractionEndedOnce(databaseUrl: string, withinMs = 10_000): Promise<Ledger> {
  let last: Ledger | undefined
  return eventually(
    async () => {
      last = await readLedger(databaseUrl)
      return last.gaps === 0 && last.unsettled.length === 0 && last
    },
    { withinMs, everyMs: 200, what: () => `every interaction to end once; ${JSON.stringify(last)}` },
  )
}
