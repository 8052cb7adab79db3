/** A Chromium that a test can kill, or cut off from every network without a word: its pages believe that all goes on. */
import { readdirSync, readFileSync } from 'node:fs'
import { chromium, type BrowserServer } from 'playwright-core'
import { launchOptions, TestBrowser } from './browser.ts'

/** Chromium's own process for all its sockets: HTTP, WebSockets, and the UDP of calls. */
const networkService = '--utility-sub-type=network.mojom.NetworkService'

export class MortalBrowser extends TestBrowser {
  readonly #server: BrowserServer

  private constructor(server: BrowserServer, browser: Awaited<ReturnType<typeof chromium.connect>>) {
    super(browser)
    this.#server = server
  }

  static override async start(): Promise<MortalBrowser> {
    const server = await chromium.launchServer(launchOptions())
    return new MortalBrowser(server, await chromium.connect(server.wsEndpoint()))
  }

  /** SIGKILL, to all of it. */
  async kill(): Promise<void> {
    await this.#server.kill()
  }

  /** Nothing leaves and nothing arrives any more, and nobody is told. */
  freezeNetwork(): void {
    process.kill(this.#networkPid(), 'SIGSTOP')
  }

  thawNetwork(): void {
    process.kill(this.#networkPid(), 'SIGCONT')
  }

  #networkPid(): number {
    const processes = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => processAt(Number(name)))
    const own = new Set([this.#server.process().pid])
    // A child's number may be lower than its parent's: until nothing is added.
    for (let before = 0; before !== own.size;) {
      before = own.size
      for (const it of processes) if (own.has(it.parent)) own.add(it.pid)
    }
    const found = processes.find(({ pid, command }) => own.has(pid) && command.includes(networkService))
    if (found === undefined) throw new Error('Chromium has no network process')
    return found.pid
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]().catch(() => undefined)
    await this.#server.kill()
  }
}

/** One that has ended meanwhile has no parent. */
function processAt(pid: number): Readonly<{ pid: number; parent: number; command: string }> {
  try {
    const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? 0)
    return { pid, parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') }
  } catch {
    return { pid, parent: 0, command: '' }
  }
}
