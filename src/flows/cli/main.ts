/** `centralita …`: flows from the command line. */
import { readConfig } from '../../config.ts'
import { parseSchema } from '../../core/flow/parse/parse.ts'
import { buildPrompts } from './build-prompts.ts'
import { checkCommand } from './check-command.ts'
import type { Print } from './output.ts'
import { exitCodes, UsageError } from './output.ts'
import { runCommand } from './run-command.ts'
import { testCommand } from './test-command.ts'

const usage = `centralita flow check FILE…      finds mistakes, with line and column (--strict: warnings fail as well)
centralita flow run FILE         walks a flow in the terminal
centralita flow test [FILE…]     plays the conversations beside flows (*.test.yaml)
centralita flow schema           prints the JSON Schema of flows, for editors
centralita prompts build FILE…   speaks flows' fixed texts into prompts/spoken beside them
centralita sign-in reset USER    makes a new password the only way in, for whoever is locked out
centralita database PROGRAM…     runs pg_dump, pg_restore or psql on the database, for backups`

async function main(args: readonly string[], print: Print): Promise<number> {
  const [topic, command, ...rest] = args
  switch (`${topic ?? ''} ${command ?? ''}`.trim()) {
    case 'flow check':
      return checkCommand(rest, readConfig(process.env).dataDir, print)
    case 'flow run':
      return runCommand(rest, print)
    case 'flow test':
      return testCommand(rest, print)
    case 'flow schema':
      print(JSON.stringify(parseSchema(), null, 2))
      return exitCodes.fine
    case 'prompts build':
      await buildPrompts(rest, print)
      return exitCodes.fine
    case '':
    case 'help':
    case '--help':
      print(usage)
      return exitCodes.fine
    default:
      throw new UsageError(`there is no command «${args.slice(0, 2).join(' ')}»\n${usage}`)
  }
}

try {
  process.exitCode = await main(process.argv.slice(2), (line) => console.log(line))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.found
}
