#!/usr/bin/env node
// `npm run bench:NAME [-- OPTIONS]`: sets up what test/load/NAME/bench.ts needs, then runs it.
import { join } from 'node:path'
import { environmentWith, handOver } from './setup/command.mjs'
import { toError } from './setup/progress.mjs'
import { testPeers } from './setup/test-peers.mjs'
import { root, workplace } from './setup/workplace.mjs'

/** Programs beside those of the tests -> their Debian packages. */
const programs = { calls: { tcpdump: 'tcpdump' }, nodes: { tcpdump: 'tcpdump' } }

const [name = '', ...options] = process.argv.slice(2)
const node = await workplace(toError)
if (name in programs) await testPeers(toError, programs[name])
const bench = join(root, 'test/load', name, 'bench.ts')
process.exitCode = await handOver(node, [bench, ...options], { cwd: root, env: environmentWith(node) })
