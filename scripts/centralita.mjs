#!/usr/bin/env node
// The command line: `centralita flow check FILE`, `centralita sign-in reset USERNAME`, `centralita database pg_dump …`. File names are
// relative to where it is called.
import { join } from 'node:path'
import { handOver } from './setup/command.mjs'
import { toError } from './setup/progress.mjs'
import { root, workplace } from './setup/workplace.mjs'

const node = await workplace(toError)
const [topic, ...rest] = process.argv.slice(2)
/** What runs a topic; flows are told apart by their own program, which also says what there is. */
const programs = { 'sign-in': 'src/app/sign-in-command.ts', database: 'src/supervisor/database-command.ts' }
const own = Object.hasOwn(programs, topic ?? '') ? programs[topic] : undefined
const [file, args] = own === undefined ? ['src/flows/cli/main.ts', process.argv.slice(2)] : [own, rest]
process.exitCode = await handOver(node, [join(root, file), ...args])
