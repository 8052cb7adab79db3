import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPeerProcess, type PeerExit, type PeerProcess } from './peer-process.ts'
import { eventually } from './poll.ts'
import { freePort } from '../../src/supervisor/free-port.ts'
import { fillScenario, loadScenario, type ScenarioValues } from './sipp-scenario.ts'
import {
  parseSippMessages,
  parseSippStatistics,
  readIfThere,
  type SippCounts,
  type SippMessage,
} from './sipp-output.ts'
import { encodeMuLaw, sine } from './tone.ts'

export type SippOptions = {
  /** The name of a file in `scenarios/`, without its ending, or the XML itself. */
  scenario: string
  /** Values for the scenario's `{{placeholders}}`. */
  values?: ScenarioValues
  /** The server that a caller calls; an agent needs none. */
  host?: string
  port?: number
  /** The number in the request URI. */
  number?: string
  /** One row of fields per call, in order: `[field0]`, `[field1]` … in the scenario. */
  rows?: readonly (readonly string[])[]
  /** Calls to make, or to take before it ends; without it SIPp goes on until it is stopped. */
  calls?: number
  /** New calls per second, default 10. */
  rate?: number
  /** Most calls at once. */
  limit?: number
  /** How long a `<pause/>` lasts, in milliseconds. */
  pauseMs?: number
  transport?: 'udp' | 'tcp'
  /** SIPp's own SIP port, default a free one. */
  localPort?: number
  /** The sine in the `{{tone}}` file, default 440 Hz. */
  toneHz?: number
  /** The run ends after this many milliseconds (rounded up to seconds) whatever happens; default 60,000. */
  timeoutMs?: number
  /** Writes down all messages, default true; a load would only slow down. */
  traceMessages?: boolean
  args?: readonly string[]
}

export type SippResult = SippCounts & {
  exitCode: number | null
  messages: SippMessage[]
  /** What SIPp says went wrong: its error file and its screen. */
  errors: string
}

/** Characters of SIPp's error file that a result keeps: the first trouble tells, the rest repeats it. */
const mostErrors = 2000

/** A running SIPp. */
export class Sipp {
  readonly localPort: number
  /** The counts and messages once it has ended by itself or was stopped. */
  readonly result: Promise<SippResult>
  private readonly process: PeerProcess
  private readonly folder: string

  constructor(parts: { process: PeerProcess; folder: string; localPort: number }) {
    this.process = parts.process
    this.folder = parts.folder
    this.localPort = parts.localPort
    this.result = parts.process.exited.then((exit) => this.readResult(exit))
  }

  get pid(): number {
    return this.process.pid
  }

  isRunning(): boolean {
    return this.process.isRunning()
  }

  /** The messages so far. */
  messages(): SippMessage[] {
    return parseSippMessages(readIfThere(join(this.folder, 'messages.log')))
  }

  /** Takes no more calls, ends once those that are up have ended, or by force after `graceMs`. */
  async stop(graceMs = 3000): Promise<SippResult> {
    await this.process.stop('SIGUSR1', graceMs)
    return this.result
  }

  /** A power cut: no BYE, no answer to anything. */
  async kill(): Promise<void> {
    this.process.signal('SIGKILL')
    await this.process.exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process.stop('SIGKILL')
    await this.result
    rmSync(this.folder, { recursive: true, force: true })
  }

  private readResult({ code }: PeerExit): SippResult {
    const errors = `${readIfThere(join(this.folder, 'errors.log')).slice(0, mostErrors)}\n${this.process.logTail()}`
    return {
      ...parseSippStatistics(readIfThere(join(this.folder, 'statistics.csv'))),
      exitCode: code,
      messages: this.messages(),
      errors,
    }
  }
}

/** Starts SIPp and returns once it listens. */
export async function startSipp(options: SippOptions): Promise<Sipp> {
  const folder = mkdtempSync(join(tmpdir(), 'centralita-sipp-'))
  try {
    return await startSippIn(folder, options)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

async function startSippIn(folder: string, options: SippOptions): Promise<Sipp> {
  const localPort = options.localPort ?? (await freePort())
  writeFileSync(join(folder, 'tone.ulaw'), encodeMuLaw(sine(options.toneHz ?? 440, 1000)))
  writeFileSync(join(folder, 'scenario.xml'), renderScenario(options, join(folder, 'tone.ulaw')))
  const rows = options.rows?.map((row) => `${row.join(';')};\n`) ?? []
  writeFileSync(join(folder, 'rows.csv'), ['SEQUENTIAL\n', ...rows].join(''))
  const process = await startPeerProcess({
    program: 'sipp',
    debianPackage: 'sip-tester',
    args: sippArguments(options, folder, localPort),
    cwd: folder,
    logFile: join(folder, 'screen.log'),
  })
  try {
    await listening(process, localPort, options.transport ?? 'udp')
  } catch (error) {
    await process.stop('SIGKILL')
    throw error
  }
  return new Sipp({ process, folder, localPort })
}

/** Runs SIPp to its end. */
export async function runSipp(options: SippOptions): Promise<SippResult> {
  await using sipp = await startSipp(options)
  return await sipp.result
}

function renderScenario(options: SippOptions, tone: string): string {
  const values = { callerNumber: 'anonymous', ...options.values, tone }
  const { scenario } = options
  return scenario.trimStart().startsWith('<') ? fillScenario(scenario, values) : loadScenario(scenario, values)
}

function sippArguments(options: SippOptions, folder: string, localPort: number): string[] {
  const given = (flag: string, value: string | number | undefined) => (value === undefined ? [] : [flag, String(value)])
  const timeoutS = Math.ceil((options.timeoutMs ?? 60_000) / 1000)
  return [
    ...(options.host === undefined ? [] : [`${options.host}:${options.port ?? 5060}`]),
    ...['-sf', 'scenario.xml', '-i', '127.0.0.1', '-mi', '127.0.0.1', '-p', String(localPort)],
    ...['-t', options.transport === 'tcp' ? 't1' : 'u1', '-nostdin', '-aa'],
    ...['-trace_stat', '-stf', join(folder, 'statistics.csv'), '-fd', '1'],
    ...['-trace_err', '-error_file', join(folder, 'errors.log')],
    ...(options.traceMessages === false ? [] : ['-trace_msg', '-message_file', join(folder, 'messages.log')]),
    ...['-timeout', `${timeoutS}s`],
    ...given('-inf', options.rows && 'rows.csv'),
    ...given('-s', options.number),
    ...given('-m', options.calls),
    ...given('-r', options.rate),
    ...given('-l', options.limit),
    ...given('-d', options.pauseMs),
    ...(options.args ?? []),
  ]
}

/** Waits until the process holds its port: read from the kernel, so that no packet disturbs the scenario. */
async function listening(process: PeerProcess, port: number, transport: 'udp' | 'tcp'): Promise<void> {
  const table = `/proc/net/${transport}`
  const address = `:${port.toString(16).toUpperCase().padStart(4, '0')} `
  await eventually(() => !process.isRunning() || readIfThere(table).includes(address), {
    withinMs: 10_000,
    everyMs: 10,
    what: () => `SIPp on port ${port}\n${process.logTail()}`,
  })
}
