/** Where the built-in Postgres of a data folder is reached, for commands that run beside its supervisor. */
import { readFolderFiles } from './data-folder.ts'
import { postgresUrl } from './postgres-server.ts'

/** @throws Error when nothing was ever started there */
export function builtInDatabaseUrl(dataDir: string): string {
  const found = readFolderFiles(dataDir)
  if (found === null)
    throw new Error(`nothing was started in ${dataDir}: set DATA_DIR or DATABASE_URL as the service has it`)
  return postgresUrl({ port: found.ports.postgres, password: found.secrets.databasePassword })
}
