import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * A machine on a network of the test's own: a network namespace with interfaces, addresses and firewall of its own. It needs
 * root and iproute2, and this machine's network stays as it is.
 */
export class NetworkHost implements AsyncDisposable {
  readonly #name: string

  private constructor(name: string) {
    this.#name = name
  }

  static async create(name: string): Promise<NetworkHost> {
    if (process.getuid?.() !== 0) throw new Error('a network of the test’s own needs root')
    const host = new NetworkHost(`ct-${name}-${process.pid}`)
    await run('ip', ['netns', 'add', host.#name])
    await host.ip('link set lo up')
    return host
  }

  /** A cable between two machines, with an interface of that name at each end. */
  static async connect(one: NetworkHost, other: NetworkHost, name: string): Promise<void> {
    const peer = ['peer', 'name', name, 'netns', other.#name]
    await run('ip', ['link', 'add', name, 'netns', one.#name, 'type', 'veth', ...peer])
    for (const host of [one, other]) await host.ip(`link set ${name} up`)
  }

  /** What runs the program there; the process is the program's own. */
  command(program: string, args: readonly string[]): string[] {
    return ['ip', 'netns', 'exec', this.#name, program, ...args]
  }

  /** Runs it to its end; throws with what it wrote when it fails. */
  async run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
    const [ip = '', ...rest] = this.command(program, args)
    return (await run(ip, rest, { env, maxBuffer: 10_000_000 })).stdout
  }

  /** `ip` with these words. */
  async ip(words: string): Promise<void> {
    await run('ip', ['-n', this.#name, ...words.split(' ')])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('ip', ['netns', 'delete', this.#name])
  }
}
