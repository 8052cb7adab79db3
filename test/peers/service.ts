import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../src/supervisor/free-port.ts'
import { eventually } from './poll.ts'
import { roomyDisk } from './roomy-disk.ts'
import { startPhone, type Phone } from './phone.ts'
import {
  startTestAsterisk,
  startTestPostgres,
  type TestAsterisk,
  type TestAsteriskOptions,
  type TestPostgres,
  type TestPostgresOptions,
} from './servers.ts'

export type FirstStart = {
  url: string
  admin: { username: string; password: string }
  agents: { username: string; password: string; sip: { username: string; password: string } }[]
  numbers: { number: string; flow: string }[]
}

/** JSON as an API client sees it: tests look into it by name. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Answer = any

export type ServiceOptions = Readonly<{
  /** Folder of the flows; the product's own unless given. */
  flows?: string
  env?: Readonly<Record<string, string>>
  asterisk?: TestAsteriskOptions | TestAsterisk
  postgres?: TestPostgresOptions
}>

const entry = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** The whole product as a caller meets it: the service process with a Postgres and an Asterisk of its own. */
export class TestService {
  readonly postgres: TestPostgres
  readonly asterisk: TestAsterisk
  readonly firstStart: FirstStart
  readonly #env: NodeJS.ProcessEnv
  readonly #dataDir: string
  readonly #baseUrl: string
  readonly #ownsAsterisk: boolean
  readonly #tokens = new Map<string, string>()
  #process: ChildProcess
  #output: string[]

  private constructor(parts: {
    postgres: TestPostgres
    asterisk: TestAsterisk
    firstStart: FirstStart
    env: NodeJS.ProcessEnv
    dataDir: string
    baseUrl: string
    ownsAsterisk: boolean
    process: ChildProcess
    output: string[]
  }) {
    this.postgres = parts.postgres
    this.asterisk = parts.asterisk
    this.firstStart = parts.firstStart
    this.#env = parts.env
    this.#dataDir = parts.dataDir
    this.#baseUrl = parts.baseUrl
    this.#ownsAsterisk = parts.ownsAsterisk
    this.#process = parts.process
    this.#output = parts.output
  }

  static async start(options: ServiceOptions = {}): Promise<TestService> {
    const [postgres, asterisk] = await Promise.all([
      startTestPostgres(options.postgres ?? {}),
      isRunning(options.asterisk) ? options.asterisk : startTestAsterisk(options.asterisk ?? {}),
    ])
    const dataDir = mkdtempSync(join(tmpdir(), 'ct-service-'))
    const httpPort = await freePort()
    const baseUrl = `http://127.0.0.1:${httpPort}`
    const env = {
      ...process.env,
      DATABASE_URL: options.postgres?.durable === true ? postgres.socketUrl : postgres.url,
      ARI_URL: asterisk.ariUrl,
      DATA_DIR: dataDir,
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: String(httpPort),
      SIP_HOST: asterisk.sipHost,
      SIP_PORT: String(asterisk.sipPort),
      LOG_LEVEL: 'info',
      ...roomyDisk,
      SIP_SECURITY_LOG: join(asterisk.dir, 'log', 'security.log'),
      ...(options.flows !== undefined && { SCRIPTS_DIR: options.flows }),
      ...options.env,
    }
    const output: string[] = []
    const process_ = launch(env, output)
    try {
      await healthy(baseUrl, output)
      const file = join(dataDir, 'first-start.json')
      await eventually(() => existsSync(file), { withinMs: 10_000, what: 'first-start.json' })
      const firstStart = JSON.parse(readFileSync(file, 'utf8')) as FirstStart
      return new TestService({
        postgres,
        asterisk,
        firstStart,
        env,
        dataDir,
        baseUrl,
        ownsAsterisk: !isRunning(options.asterisk),
        process: process_,
        output,
      })
    } catch (error) {
      process_.kill('SIGKILL')
      await Promise.all([postgres[Symbol.asyncDispose](), asterisk[Symbol.asyncDispose]()])
      throw error
    }
  }

  get baseUrl(): string {
    return this.#baseUrl
  }

  get dataDir(): string {
    return this.#dataDir
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** What the service wrote, all processes together. */
  get output(): string {
    return this.#output.join('')
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const gone = once(this.#process, 'exit')
    this.#process.kill(signal)
    await gone
  }

  /** Whether it has ended, by itself or killed. */
  hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  /** Starts it again with the same data, and waits until it takes calls. `env`: what is different from now on. */
  async restart(env: Readonly<Record<string, string>> = {}): Promise<void> {
    Object.assign(this.#env, env)
    this.#process = launch(this.#env, this.#output)
    await this.healthy()
  }

  /** Ends it and starts it again when that much time has passed. */
  async later(aheadMs: number): Promise<void> {
    await this.kill('SIGTERM')
    const preload = new URL('./moved-clock.ts', import.meta.url)
    await this.restart({ NODE_OPTIONS: `--import ${preload.href}`, CLOCK_AHEAD_MS: String(aheadMs) })
  }

  healthy(): Promise<void> {
    return healthy(this.#baseUrl, this.#output)
  }

  async token(username: string, password: string): Promise<string> {
    const known = this.#tokens.get(username)
    if (known !== undefined) return known
    const response = await fetch(`${this.#baseUrl}/api/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    })
    const { token } = (await response.json()) as { token: string }
    this.#tokens.set(username, token)
    return token
  }

  /** As the admin unless `as` names an agent of the first start. Throws on anything but 2xx, with the answer in it. */
  async api(method: string, path: string, body?: unknown, as?: string): Promise<Answer> {
    const { status, json } = await this.request(method, path, body, as)
    if (status < 200 || status > 299) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`)
    return json
  }

  async request(method: string, path: string, body?: unknown, as?: string): Promise<{ status: number; json: Answer }> {
    const who =
      as === undefined ? this.firstStart.admin : this.firstStart.agents.find(({ username }) => username === as)
    if (who === undefined) throw new Error(`no agent is called ${as}`)
    const response = await fetch(this.#baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${await this.token(who.username, who.password)}`,
        // A kept connection would belong to a process that a test has killed.
        connection: 'close',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, json: text === '' ? null : JSON.parse(text) }
  }

  /** A file's bytes, as the admin. */
  async download(path: string): Promise<Buffer> {
    const { username, password } = this.firstStart.admin
    const authorization = `Bearer ${await this.token(username, password)}`
    const response = await fetch(this.#baseUrl + path, { headers: { authorization } })
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
    return Buffer.from(await response.arrayBuffer())
  }

  /** An agent's phone, registered with the printed account, and the agent available. `at`: another node than the first. */
  async agentPhone(
    username: string,
    toneHz: number,
    answer: 'manual' | 'auto' = 'manual',
    at: Pick<TestAsterisk, 'sipHost' | 'sipPort'> = this.asterisk,
  ): Promise<Phone> {
    const agent = this.firstStart.agents.find((one) => one.username === username)
    if (agent === undefined) throw new Error(`no agent is called ${username}`)
    const phone = await startPhone({
      host: at.sipHost,
      port: at.sipPort,
      username: agent.sip.username,
      password: agent.sip.password,
      toneHz,
      register: true,
      answer,
    })
    await this.api('PUT', '/api/me/presence', { presence: 'available' }, username)
    await this.agentServesCalls(username)
    return phone
  }

  /** Waits until the agent is free for a call, or has been given one at once. */
  async agentServesCalls(username: string): Promise<void> {
    await this.agentIs(username, (agent) => ['idle', 'busy'].includes(agent.channels.voice))
  }

  /** Waits for what the router says of the agent. */
  async agentIs(username: string, wanted: (agent: Answer) => boolean, withinMs = 5_000): Promise<Answer> {
    let last: Answer
    return eventually(
      async () => {
        const { items } = await this.api('GET', '/api/agents')
        last = items.find((one: Answer) => one.username === username)
        return wanted(last) && last
      },
      { withinMs, what: () => `${username} as wanted; last seen ${JSON.stringify(last)}` },
    )
  }

  /** A telephone without an account. `at`: another node than the first. */
  caller(
    callerNumber: string,
    toneHz: number,
    at: Pick<TestAsterisk, 'sipHost' | 'sipPort'> = this.asterisk,
  ): Promise<Phone> {
    return startPhone({ host: at.sipHost, port: at.sipPort, toneHz, callerNumber })
  }

  /** The newest interaction that fits, once there is one. */
  async interaction(wanted: (interaction: Answer) => boolean, withinMs = 5_000): Promise<Answer> {
    let last: Answer
    return eventually(
      async () => {
        last = (await this.api('GET', '/api/interactions')).items
        return last.find(wanted)
      },
      { withinMs, what: () => `an interaction as wanted; last seen ${JSON.stringify(last)}` },
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill('SIGTERM')
    if (this.#ownsAsterisk) await this.asterisk[Symbol.asyncDispose]()
    await this.postgres[Symbol.asyncDispose]()
    rmSync(this.#dataDir, { recursive: true, force: true })
  }
}

/** One that the caller has started, and stops itself. */
function isRunning(asterisk: TestAsteriskOptions | TestAsterisk | undefined): asterisk is TestAsterisk {
  return asterisk !== undefined && 'ariUrl' in asterisk
}

function launch(env: NodeJS.ProcessEnv, output: string[]): ChildProcess {
  const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  return child
}

async function healthy(baseUrl: string, output: readonly string[]): Promise<void> {
  await eventually(
    async () => {
      try {
        return (await fetch(`${baseUrl}/api/health`)).ok
      } catch {
        // Not listening yet.
        return false
      }
    },
    { withinMs: 60_000, what: () => `the service to be healthy; it wrote:\n${output.join('').slice(-4_000)}` },
  )
}
