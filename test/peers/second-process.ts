import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../src/supervisor/free-port.ts'
import { eventually } from './poll.ts'
import type { TestService } from './service.ts'

const entry = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Another service process on the database and the Asterisk of a first one, with an API of its own. */
export class SecondProcess {
  readonly baseUrl: string
  readonly #child: ChildProcess
  readonly #output: string[] = []

  private constructor(child: ChildProcess, baseUrl: string) {
    this.#child = child
    this.baseUrl = baseUrl
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => this.#output.push(chunk.toString()))
  }

  static async start(first: TestService, flows: string): Promise<SecondProcess> {
    const port = await freePort()
    const env = {
      ...process.env,
      DATABASE_URL: first.postgres.url,
      ARI_URL: first.asterisk.ariUrl,
      DATA_DIR: first.dataDir,
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: String(port),
      SIP_HOST: first.asterisk.sipHost,
      SIP_PORT: String(first.asterisk.sipPort),
      SCRIPTS_DIR: flows,
    }
    const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    return new SecondProcess(child, `http://127.0.0.1:${port}`)
  }

  get output(): string {
    return this.#output.join('')
  }

  async says(words: string, withinMs = 10_000): Promise<void> {
    await eventually(() => this.output.includes(words), { withinMs, what: () => `"${words}" in ${this.output}` })
  }

  async isHealthy(): Promise<boolean> {
    try {
      return (await fetch(`${this.baseUrl}/api/health`)).ok
    } catch {
      // It stands by, and listens to nobody.
      return false
    }
  }

  async healthy(withinMs = 15_000): Promise<void> {
    await eventually(() => this.isHealthy(), { withinMs, what: () => `the second process to serve\n${this.output}` })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await gone
  }
}
