import { spawn } from 'node:child_process'
import { accessSync, closeSync, constants, openSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export type PeerExit = { code: number | null; signal: NodeJS.Signals | null }

export type PeerProcess = {
  readonly pid: number
  readonly exited: Promise<PeerExit>
  isRunning(): boolean
  signal(signal: NodeJS.Signals): void
  /** SIGTERM (or `first`), and SIGKILL when the process is still there after `graceMs`. */
  stop(first?: NodeJS.Signals, graceMs?: number): Promise<PeerExit>
  /** The last lines that it wrote, for error messages. */
  logTail(): string
}

export type PeerCommand = {
  program: string
  /** The Debian package that carries the program, named when it is missing. */
  debianPackage: string
  args: readonly string[]
  cwd: string
  logFile: string
}

/**
 * Starts a program that dies with this process: the kernel kills it when the thread that started it ends
 * (prctl PR_SET_PDEATHSIG), so that even a test run killed by SIGKILL leaves nothing behind.
 */
export async function startPeerProcess(command: PeerCommand): Promise<PeerProcess> {
  requireProgram(command.program, command.debianPackage)
  requireProgram('setpriv', 'util-linux')
  const log = openSync(command.logFile, 'a')
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command.program, ...command.args], {
    cwd: command.cwd,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const exited = new Promise<PeerExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${command.program} started without a process id`)
  const isRunning = () => child.exitCode === null && child.signalCode === null
  return {
    pid,
    exited,
    isRunning,
    signal: (signal) => void child.kill(signal),
    stop: async (first = 'SIGTERM', graceMs = 2000) => {
      if (isRunning()) {
        child.kill(first)
        const graceOver = new AbortController()
        await Promise.race([exited, delay(graceMs, undefined, { signal: graceOver.signal }).catch(() => undefined)])
        graceOver.abort()
        if (isRunning()) child.kill('SIGKILL')
      }
      return exited
    },
    logTail: () => readFileSync(command.logFile, 'utf8').slice(-2000),
  }
}

function requireProgram(program: string, debianPackage: string): void {
  const found = (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, program)))
  if (!found) throw new Error(`${program} is missing; on Debian: apt-get install ${debianPackage}`)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
