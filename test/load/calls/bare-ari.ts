import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { TestAsterisk } from '../../peers/servers.ts'
import { fileAccounts } from './app-queue.ts'
import type { RunningSystem, SystemUnderTest } from './system.ts'

/**
 * The least that any service does that connects calls through ARI: it answers, rings the agent who has been idle longest,
 * and bridges the two. It knows no customer, no flow and no skill, plays nothing, and stores nothing. Whatever a contact
 * centre does over ARI costs at least this.
 */
export class BareAri implements SystemUnderTest {
  readonly name = 'bare ARI'
  #asterisk: TestAsterisk | null = null

  prepare(asterisk: TestAsterisk): void {
    this.#asterisk = asterisk
  }

  async start(): Promise<RunningSystem> {
    const asterisk = this.#asterisk
    if (asterisk === null) throw new Error('prepare() comes first')
    const { username, password, href } = new URL(asterisk.ariUrl)
    const access = { url: href.replace(`${username}:${password}@`, ''), username, password, app: 'bare' }
    const app = fork(fileURLToPath(new URL('bare-ari-app.ts', import.meta.url)), [], {
      env: { ...process.env, ARI: JSON.stringify(access) },
    })
    await once(app, 'message')
    return {
      numbers: { many: 'bare-many', few: 'bare-few' },
      agents: fileAccounts,
      async signIn() {
        const names = Object.entries(fileAccounts).map(([queue, agents]) => [queue, agents.map((it) => it.username)])
        app.send(Object.fromEntries(names) as Record<string, string[]>)
        await once(app, 'message')
      },
      processes: () => ({ service: app.pid ?? 0 }),
      [Symbol.asyncDispose]: () => ended(app),
    }
  }
}

async function ended(app: ChildProcess): Promise<void> {
  const exited = once(app, 'exit')
  app.kill()
  await exited
}
