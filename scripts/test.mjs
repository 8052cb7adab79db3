#!/usr/bin/env node
// `npm test [-- FILTER...]`: sets up what the tests need, then runs them. reports/vitest.json holds the counts.
import { join } from 'node:path'
import { capture, environmentWith, handOver } from './setup/command.mjs'
import { pages } from './setup/pages.mjs'
import { fail, toOutput } from './setup/progress.mjs'
import { testPeers } from './setup/test-peers.mjs'
import { root, workplace } from './setup/workplace.mjs'

const node = await workplace(toOutput)
await pages(root, node, toOutput)
await testPeers(toOutput)
const options = { cwd: root, env: environmentWith(node) }
const prepared = await capture(node, ['src/supervisor/main.ts', 'prepare'], options)
process.stdout.write(prepared.output)
if (prepared.code !== 0) fail('the tests need an Asterisk')

const reporters = ['--reporter=default', '--reporter=json', '--outputFile.json=reports/vitest.json']
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
process.exitCode = await handOver(node, [vitest, 'run', ...reporters, ...process.argv.slice(2)], options)
