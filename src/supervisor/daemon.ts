import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** How a process ended; neither is known of one that wasn't our child. */
export type Ending = Readonly<{ code: number | null; signal: NodeJS.Signals | null }>

/** A server process of ours, started by this supervisor or found alive from an earlier one. */
export type Daemon = Readonly<{
  name: string
  pid: number
  adopted: boolean
  /** Settles once the process is gone. */
  ended: Promise<Ending>
  /** Asks it to end, and kills its process group when it hasn't within the limit. Settles when it is gone. */
  stop(): Promise<void>
}>

export type StopRule = Readonly<{ signal: NodeJS.Signals; limitMs: number }>

export type Launch = Readonly<{
  name: string
  command: string
  args: readonly string[]
  env?: NodeJS.ProcessEnv
  cwd?: string
  uid?: number
  gid?: number
  /** Standard output and error are appended here; without it they are the supervisor's own. */
  logFile?: string
  pidFile: string
  stop: StopRule
}>

const pollMs = 100

/** Starts a process in a group of its own, so that Ctrl-C in a terminal reaches the supervisor alone. */
export async function startDaemon(launch: Launch): Promise<Daemon> {
  const log = launch.logFile === undefined ? undefined : openSync(launch.logFile, 'a', 0o600)
  try {
    const child = spawn(launch.command, launch.args, {
      detached: true,
      stdio: ['ignore', log ?? 'inherit', log ?? 'inherit'],
      env: launch.env ?? process.env,
      ...(launch.cwd === undefined ? {} : { cwd: launch.cwd }),
      ...(launch.uid === undefined ? {} : { uid: launch.uid }),
      ...(launch.gid === undefined ? {} : { gid: launch.gid }),
    })
    const ended = new Promise<Ending>((settle) => {
      child.once('exit', (code, signal) => {
        rmSync(launch.pidFile, { force: true })
        settle({ code, signal })
      })
    })
    await new Promise<void>((settle, fail) => {
      child.once('spawn', settle)
      child.once('error', (error) => fail(new Error(`${launch.name} can't be started: ${error.message}`)))
    })
    const { pid } = child
    if (pid === undefined) throw new Error(`${launch.name} has no process id`)
    writeFileSync(launch.pidFile, `${pid}\n`)
    return daemonOf(launch, pid, false, ended)
  } finally {
    if (log !== undefined) closeSync(log)
  }
}

/**
 * The process that the pid file names, if it still lives and is the one meant: ids are reused, so its command line or its
 * environment must hold `mark`.
 */
export function adoptDaemon(launch: Pick<Launch, 'name' | 'pidFile' | 'stop'>, mark: string): Daemon | null {
  const pid = readPid(launch.pidFile)
  if (pid === null || !isAlive(pid) || !carries(pid, mark)) return null
  return daemonOf(launch, pid, true, endOf(pid))
}

function daemonOf(
  launch: Pick<Launch, 'name' | 'stop'>,
  pid: number,
  adopted: boolean,
  ended: Promise<Ending>,
): Daemon {
  const { signal, limitMs } = launch.stop
  return {
    name: launch.name,
    pid,
    adopted,
    ended,
    async stop() {
      send(pid, signal)
      if (await endsWithin(ended, limitMs)) return
      send(-pid, 'SIGKILL')
      await ended
    },
  }
}

export async function endsWithin(ended: Promise<unknown>, limitMs: number): Promise<boolean> {
  const limit = new AbortController()
  const late = delay(limitMs, false, { signal: limit.signal }).catch(() => false)
  const inTime = await Promise.race([ended.then(() => true), late])
  limit.abort()
  return inTime
}

/** A process that isn't our child can only be watched. */
async function endOf(pid: number): Promise<Ending> {
  while (isAlive(pid)) await delay(pollMs)
  return { code: null, signal: null }
}

export function describeEnding({ code, signal }: Ending): string {
  return signal ?? (code === null ? 'how is unknown' : `exit code ${code}`)
}

export function readPid(pidFile: string): number | null {
  const text = readText(pidFile)?.split('\n')[0]
  const pid = Number(text)
  return text === undefined || !Number.isInteger(pid) || pid <= 1 ? null : pid
}

/** A zombie counts as gone: nobody may be there to reap it. */
function isAlive(pid: number): boolean {
  const state = readText(`/proc/${pid}/stat`)?.split(') ').at(-1)?.[0]
  return state !== undefined && state !== 'Z' && state !== 'X'
}

function carries(pid: number, mark: string): boolean {
  const parts = [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`].flatMap((file) => readText(file)?.split('\0') ?? [])
  return parts.includes(mark)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
