#!/usr/bin/env node
// The command line: `centralita flow check FILE`, `centralita sign-in reset USERNAME`. File names are relative to where it is called.
import { join } from 'node:path'
import { handOver } from './setup/command.mjs'
import { toError } from './setup/progress.mjs'
import { root, workplace } from './setup/workplace.mjs'

const node = await workplace(toError)
const [topic, ...rest] = process.argv.slice(2)
const command =
  topic === 'sign-in' ? ['src/app/sign-in-command.ts', ...rest] : ['src/flows/cli/main.ts', ...process.argv.slice(2)]
const [file, ...args] = command
process.exitCode = await handOver(node, [join(root, file), ...args])
