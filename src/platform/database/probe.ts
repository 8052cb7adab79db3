import pg from 'pg'

const connectLimitMs = 5_000

/** Why the database can't be used, in words, or null when it can. */
export async function probeDatabase(url: string): Promise<string | null> {
  try {
    await withConnection(url, (client) => client.query('select 1'))
    return null
  } catch (error) {
    return describe(error)
  }
}

/** Creates the database unless it is there. `serverUrl` names another database of the same server. */
export async function ensureDatabase(serverUrl: string, name: string): Promise<void> {
  await withConnection(serverUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`)
  })
}

async function withConnection(url: string, use: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectLimitMs })
  // A connection that breaks while idle is reported by the query that follows.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await use(client)
  } finally {
    await client.end()
  }
}

function describe(error: unknown): string {
  const inner = error instanceof AggregateError ? error.errors[0] : error
  return inner instanceof Error ? inner.message : String(inner)
}
