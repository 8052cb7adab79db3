/** Postgres, as the rooms see it: knex for queries that are read by people, the pool for the few hot statements. */
import knexModule, { type Knex } from 'knex'
import pg from 'pg'
import { migrations } from './migrations/index.ts'

export type Database = Readonly<{
  knex: Knex
  pool: pg.Pool
  /**
   * Commits that don't wait for the disk, for what is derived from facts, and for what a fact refers to: the log is one, so
   * once a later durable commit is on the disk, everything before it is as well (PostgreSQL, synchronous_commit).
   */
  relaxed: pg.Pool
  url: string
  [Symbol.asyncDispose](): Promise<void>
}>

// bigint columns are sequence numbers and milliseconds, both far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/** Opens no connection yet: the first query does. */
export function openDatabase(url: string): Database {
  const knex = knexModule({
    client: 'pg',
    connection: { connectionString: url, application_name: 'centralita' },
    pool: { min: 0, max: 8 },
    acquireConnectionTimeout: 10_000,
    // A query that fails is logged: with its values, passwords and what customers said would be as well.
    compileSqlOnError: false,
    // What knex would print here, the query or migration that failed reports as well.
    log: { warn: () => undefined, error: () => undefined },
  })
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    application_name: 'centralita-hot',
    connectionTimeoutMillis: 5_000,
  })
  const relaxed = new pg.Pool({
    ...pool.options,
    // pg waits for what this returns, whatever its types say.
    onConnect: (client): unknown => client.query('set synchronous_commit = off'),
  })
  // An idle connection that breaks is replaced on the next query, which reports its own error.
  for (const one of [pool, relaxed]) one.on('error', () => undefined)
  return {
    knex,
    pool,
    relaxed,
    url,
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([knex.destroy(), pool.end(), relaxed.end()])
    },
  }
}

/** Brings the schema up to date; concurrent callers wait on knex's own lock. Returns the names of what was run. */
export async function migrate(database: Database): Promise<string[]> {
  const [, names] = (await database.knex.migrate.latest({
    migrationSource: {
      getMigrations: () => Promise.resolve(Object.keys(migrations)),
      getMigrationName: (name: string) => name,
      getMigration: (name: string) => {
        const migration = migrations[name]
        if (migration === undefined) throw new Error(`no migration is called ${name}`)
        return Promise.resolve(migration)
      },
    },
  })) as [number, string[]]
  return names
}
