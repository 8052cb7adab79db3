/** `centralita sign-in reset USERNAME`, on the machine itself: the way back in when nobody can sign in any more. */
import { resetSignIn } from '../access/index.ts'
import { readConfig } from '../config.ts'
import { firstStartFile } from '../directory/index.ts'
import { openDatabase } from '../platform/database/database.ts'
import { builtInDatabaseUrl } from '../supervisor/built-in-database.ts'

const usage = `centralita sign-in reset USERNAME   makes a new password the only way in for this user, and prints it:
                                    second factors, passkeys and links to providers go, all sessions end`

const exitCodes = { fine: 0, failed: 1, usage: 2 } as const

async function main(args: readonly string[]): Promise<number> {
  const [command, name, ...rest] = args
  if (command !== 'reset' || name === undefined || rest.length > 0) {
    process.stderr.write(`${usage}\n`)
    return exitCodes.usage
  }
  const config = readConfig(process.env)
  await using database = openDatabase(config.databaseUrl ?? builtInDatabaseUrl(config.dataDir))
  const username = name.trim().toLowerCase()
  const password = await resetSignIn(database, username)
  if (password === null) {
    process.stderr.write(`nobody who may sign in is called ${username}: GET /api/users lists who there is\n`)
    return exitCodes.failed
  }
  await firstStartFile(config.dataDir).forgetPassword(username)
  process.stdout.write(`${username} signs in with the password ${password} alone; change it after the sign-in\n`)
  return exitCodes.fine
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`centralita: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = exitCodes.failed
}
