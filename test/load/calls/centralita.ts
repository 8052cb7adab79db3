import { fileURLToPath } from 'node:url'
import type { TestAsterisk } from '../../peers/servers.ts'
import { eventually } from '../../peers/poll.ts'
import { TestService, type Answer } from '../../peers/service.ts'
import { agentCounts, type RunningSystem, type SipAccount, type SystemUnderTest } from './system.ts'

type Agent = SipAccount & { id: string; queue: 'many' | 'few' }

const numbers = { many: '1000', few: '1001' }

/** This product: flow, routing and history in a Postgres that waits for its disk, all on. */
export class Centralita implements SystemUnderTest {
  readonly name = 'centralita'
  #service: TestService | null = null
  #agents: Agent[] = []

  /** Makes the organisation once; each run starts the service anew on the same data. */
  async prepare(asterisk: TestAsterisk, env: Readonly<Record<string, string>> = {}): Promise<TestService> {
    const service = await TestService.start({
      flows: fileURLToPath(new URL('flows', import.meta.url)),
      asterisk,
      postgres: { durable: true },
      env: { DEMO: 'off', LOG_LEVEL: 'warn', ...env },
    })
    for (const queue of ['many', 'few'] as const) {
      const rules = { wrapUpMs: 0, recording: false, announcements: { everyMs: 0, position: false, wait: false } }
      await service.api('POST', '/api/queues', { id: queue, name: queue, ...rules })
      await service.api('POST', '/api/entry-points', { address: numbers[queue], flowId: queue })
    }
    const wanted = (['many', 'few'] as const).flatMap((queue) =>
      Array.from({ length: agentCounts[queue] }, (_, index) => ({ queue, n: index + 1 })),
    )
    await eightAtOnce(wanted, async ({ queue, n }) => void this.#agents.push(await createAgent(service, queue, n)))
    this.#service = service
    await service.kill('SIGTERM')
    return service
  }

  async start(): Promise<RunningSystem> {
    const service = this.#service
    if (service === null) throw new Error('prepare() comes first')
    await service.restart()
    const agents = this.#agents
    return {
      numbers,
      agents: {
        many: agents.filter(({ queue }) => queue === 'many'),
        few: agents.filter(({ queue }) => queue === 'few'),
      },
      async signIn() {
        await eightAtOnce(agents, async ({ id }) => {
          await service.api('PUT', `/api/users/${id}/presence`, { presence: 'available' })
        })
        await readyToRing(service)
      },
      processes: () => ({ service: service.pid, Postgres: service.postgres.pid }),
      [Symbol.asyncDispose]: () => service.kill('SIGTERM'),
    }
  }
}

async function eightAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items].reverse()
  const next = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item)
  }
  await Promise.all(Array.from({ length: 8 }, next))
}

async function createAgent(service: TestService, queue: 'many' | 'few', n: number): Promise<Agent> {
  const username = `${queue}-${n}`
  const created = await service.api('POST', '/api/users', { username, name: username, agent: { queueIds: [queue] } })
  const { id, sip } = created as { id: string; sip: SipAccount }
  return { id, queue, username: sip.username, password: sip.password }
}

/** The start pushes two SIP accounts an agent into Asterisk; the load begins when that is over and one queue is all there. */
async function readyToRing(service: TestService): Promise<void> {
  const isThere = (items: Answer[], queue: 'many' | 'few'): boolean =>
    items.filter((agent) => agent.queueIds.includes(queue)).every((agent) => agent.channels.voice === 'idle')
  await eventually(
    async () => {
      const { items } = await service.api('GET', '/api/agents')
      return isThere(items, 'many') || isThere(items, 'few')
    },
    { withinMs: 60_000, everyMs: 250, what: 'the agents of a queue to be idle' },
  )
}
