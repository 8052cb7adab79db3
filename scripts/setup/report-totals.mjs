// Sums the runners' own reports into one last line: N passed, N failed. A report that is missing is a failure.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workplace.mjs'

function read(name) {
  try {
    return JSON.parse(readFileSync(join(root, 'reports', name), 'utf8'))
  } catch {
    return null
  }
}

const tests = read('vitest.json')
const checks = read('check.json')
// A file that can't be loaded, or whose tests can't begin, fails as one.
const broken = tests?.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
).length
const passed = (tests?.numPassedTests ?? 0) + (checks?.passed ?? 0)
const failed = (tests === null ? 1 : tests.numFailedTests + broken) + (checks?.failed ?? 1)
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
