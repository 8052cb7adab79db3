import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { cacheFolder } from './cache-folder.mjs'

/**
 * The environment in which `node` is this Node: npm and the tools under node_modules/.bin then run on it. What it has compiled is
 * kept, so that a service that died is back a third sooner.
 */
export function environmentWith(node) {
  const compiled = process.env.NODE_COMPILE_CACHE ?? join(cacheFolder(), 'compiled')
  return {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
    NODE_COMPILE_CACHE: compiled,
  }
}

/**
 * Runs a command to its end, its output kept.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function capture(command, args, options = {}) {
  return new Promise((settle) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    child.once('error', (error) => settle({ code: 127, output: error.message }))
    child.once('close', (code, signal) => {
      settle({ code: exitCode(code, signal), output: Buffer.concat(chunks).toString() })
    })
  })
}

/**
 * Hands the terminal and every signal over to a command.
 * @returns {Promise<number>} its exit code, 128 + n when signal n ended it
 */
export function handOver(command, args, options = {}) {
  return new Promise((settle) => {
    const child = spawn(command, args, { ...options, stdio: 'inherit' })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.once('error', (error) => {
      process.stderr.write(`centralita: ${command} can't be started: ${error.message}\n`)
      settle(127)
    })
    child.once('exit', (code, signal) => settle(exitCode(code, signal)))
  })
}

function exitCode(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0)
}
