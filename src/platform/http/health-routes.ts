/** Whether the service can do its work, for load balancers and people alike. */
import { z } from 'zod'
import { diskParts, type Disk } from '../disks/watch.ts'
import type { HttpServer } from './server.ts'

export type Health = 'up' | 'down'

const nodeHealth = z.object({ name: z.string(), state: z.enum(['up', 'down', 'lost']), draining: z.boolean() })

const diskHealth = z.object({
  holds: z.array(z.enum(diskParts)),
  level: z.enum(['enough', 'low', 'urgent']),
})

export type HealthDeps = Readonly<{
  version: string
  /** Each answers within the limit or counts as down. */
  database: () => Promise<Health> | Health
  asterisk: () => Promise<Health> | Health
  writer: () => Promise<Health> | Health
  nodes: () => readonly z.output<typeof nodeHealth>[]
  disks: () => readonly Pick<Disk, 'holds' | 'level'>[]
  /** 2,000 unless given. */
  limitMs?: number
}>

const health = z.enum(['up', 'down'])
const report = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  database: health,
  asterisk: health,
  writer: health,
  nodes: z.array(nodeHealth).describe('Asterisk nodes: one that is up is enough'),
  disks: z.array(diskHealth).describe('how full they are; a warning, and no reason to take calls elsewhere'),
})

export function registerHealthRoutes(server: HttpServer, deps: HealthDeps): void {
  const limitMs = deps.limitMs ?? 2_000
  server.get(
    '/api/health',
    {
      config: { public: true },
      schema: { summary: 'Whether calls can be taken', response: { 200: report, 503: report } },
    },
    async (_request, reply) => {
      const [database, asterisk, writer] = await Promise.all([
        probe(deps.database, limitMs),
        probe(deps.asterisk, limitMs),
        probe(deps.writer, limitMs),
      ])
      const ok = database === 'up' && asterisk === 'up' && writer === 'up'
      const disks = deps.disks().map(({ holds, level }) => ({ holds: [...holds], level }))
      const status = ok ? ('ok' as const) : ('degraded' as const)
      return reply
        .code(ok ? 200 : 503)
        .send({ status, version: deps.version, database, asterisk, writer, nodes: [...deps.nodes()], disks })
    },
  )
}

async function probe(check: () => Promise<Health> | Health, limitMs: number): Promise<Health> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Health>((resolve) => {
    timer = setTimeout(() => resolve('down'), limitMs)
  })
  try {
    return await Promise.race([check(), late])
  } catch {
    // A check that fails is the answer, and the room behind it logs why.
    return 'down'
  } finally {
    clearTimeout(timer)
  }
}
