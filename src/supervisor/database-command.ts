/** `centralita database PROGRAM…`: PostgreSQL's own programs on the contact centre's database, whether it runs or not. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'
import { ConfigurationError, readConfig } from '../config.ts'
import { probeDatabase } from '../platform/database/probe.ts'
import { builtInDatabaseUrl } from './built-in-database.ts'
import { openDataFolder } from './data-folder.ts'
import { freePort } from './free-port.ts'
import { postgresUrl, startPostgres } from './postgres-server.ts'
import { cacheFolderOf, privateInstallation } from './private-installation.ts'

const usage = `centralita database pg_dump -Fc -f FILE                 writes a backup of the database, while calls go on
centralita database pg_restore -d centralita FILE       fills a new and empty database from it, before the first start
centralita database psql                                looks into it

The programs are those of PostgreSQL 18, which the built-in database is: an older pg_dump refuses it.
`
const programs = ['pg_dump', 'pg_restore', 'psql']
const exitCodes = { failed: 1, usage: 2, configuration: 78 } as const

async function main([program, ...args]: readonly string[]): Promise<number> {
  if (program === undefined || !programs.includes(program)) {
    process.stderr.write(usage)
    return exitCodes.usage
  }
  const installer = { cacheFolder: cacheFolderOf(process.env['XDG_CACHE_HOME']), report }
  const { folder } = await privateInstallation('postgres-client', [], installer)
  const config = readConfig(process.env)
  await using stack = new AsyncDisposableStack()
  const url = new URL(config.databaseUrl ?? (await builtIn(config.dataDir, stack)))
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
      PGHOST: url.searchParams.get('host') ?? url.hostname,
      PGPORT: url.port === '' ? '5432' : url.port,
      PGUSER: decodeURIComponent(url.username),
      PGPASSWORD: decodeURIComponent(url.password),
      PGDATABASE: decodeURIComponent(url.pathname.slice(1)),
    },
  })
  // A terminal's Ctrl-C reaches the program by itself; what we started is stopped after it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? exitCodes.failed
}

/** The one that runs; else it is started for as long as the program takes. */
async function builtIn(dataDir: string, stack: AsyncDisposableStack): Promise<string> {
  const running = urlOfRunning(dataDir)
  if (running !== null && (await probeDatabase(running)) === null) return running
  const data = stack.use(await openDataFolder(dataDir))
  const place = {
    folder: join(data.path, 'postgres'),
    pidFile: data.pidFile('postgres'),
    logFile: data.logFile('postgres'),
    port: await freePort(),
    password: data.secrets.databasePassword,
  }
  const daemon = await startPostgres(place)
  stack.defer(() => daemon.stop().then(() => undefined))
  return postgresUrl(place)
}

function urlOfRunning(dataDir: string): string | null {
  try {
    return builtInDatabaseUrl(dataDir)
  } catch {
    return null
  }
}

function report(line: string): void {
  process.stderr.write(`${line}\n`)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`centralita: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof ConfigurationError ? exitCodes.configuration : exitCodes.failed
}
