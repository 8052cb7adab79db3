#!/usr/bin/env node
// `npm start`: from a clone on a bare machine to a running contact centre.
import { environmentWith, handOver } from './setup/command.mjs'
import { pages } from './setup/pages.mjs'
import { toOutput } from './setup/progress.mjs'
import { root, workplace } from './setup/workplace.mjs'

const node = await workplace(toOutput)
await pages(root, node, toOutput)
process.exitCode = await handOver(node, ['src/supervisor/main.ts'], { cwd: root, env: environmentWith(node) })
