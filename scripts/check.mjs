#!/usr/bin/env node
// `npm run check`: everything that needs no running server. reports/check.json holds the counts.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture, environmentWith } from './setup/command.mjs'
import { plantedViolations } from './setup/planted-violations.mjs'
import { toOutput } from './setup/progress.mjs'
import { root, workplace } from './setup/workplace.mjs'

const node = await workplace(toOutput)
const env = environmentWith(node)
const tool = (name) => join(root, 'node_modules/.bin', name)

/** A command that must end with 0; what it printed when it doesn't. */
const command =
  (name, ...args) =>
  async () => {
    const { code, output } = await capture(tool(name), args, { cwd: root, env })
    return code === 0 ? '' : output || `${name} ended with exit code ${code}`
  }

const checks = {
  types: command('tsc', '--noEmit', '-p', '.'),
  'types of the pages': command('tsc', '--noEmit', '-p', 'src/web'),
  lint: command('eslint', 'src', 'test', 'scripts', '--no-warn-ignored', '--max-warnings=0'),
  format: command('prettier', '--check', '.'),
  imports: command('depcruise', 'src'),
  'import rules object': () => plantedViolations(root, tool('depcruise'), env),
  'dead code': command('knip', '--no-progress'),
}

const failed = []
for (const [name, check] of Object.entries(checks)) {
  const startedAt = Date.now()
  const problem = await check()
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  process.stdout.write(`${problem === '' ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n${problem}`)
  if (problem !== '') failed.push(name)
}
const passed = Object.keys(checks).length - failed.length
mkdirSync(join(root, 'reports'), { recursive: true })
writeFileSync(join(root, 'reports/check.json'), `${JSON.stringify({ passed, failed: failed.length })}\n`)
process.stdout.write(failed.length === 0 ? `${passed} checks passed\n` : `failed: ${failed.join(', ')}\n`)
process.exitCode = failed.length === 0 ? 0 : 1
