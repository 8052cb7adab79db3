#!/usr/bin/env node
// The command line: `centralita flow check FILE` and its like. File names are relative to where it is called.
import { join } from 'node:path'
import { handOver } from './setup/command.mjs'
import { toError } from './setup/progress.mjs'
import { root, workplace } from './setup/workplace.mjs'

const node = await workplace(toError)
process.exitCode = await handOver(node, [join(root, 'src/flows/cli/main.ts'), ...process.argv.slice(2)])
