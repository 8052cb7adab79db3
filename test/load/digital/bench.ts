/**
 * `npm run bench:digital`: a chat message from the visitor's page to the agent's live socket, stored on the way, with 2,000
 * visitors connected and 500 messages a second; then reading a history of five million messages, one customer of which has ten
 * thousand interactions; and the same with ten times less. `-- --only live` or `-- --only history` measures one of them; `-- --data DIR` keeps the histories for the next run.
 */
import { parseArgs } from 'node:util'
import { TestService } from '../../peers/service.ts'
import type { Figures } from '../router/latencies.ts'
import { reportHistory } from './history-report.ts'
import { measureLive, type LiveSize } from './live.ts'

const full: LiveSize = { visitors: 2_000, perSecond: 500, agents: 25, seconds: 20 }
const tenth: LiveSize = { visitors: 200, perSecond: 50, agents: 3, seconds: 20 }

const ms = (microseconds: number): number => Math.round(microseconds / 100) / 10
const row = ({ p50, p99, max }: Figures) => ({ 'p50 ms': ms(p50), 'p99 ms': ms(p99), 'max ms': ms(max) })

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    messages: { type: 'string', default: '5000000' },
    data: { type: 'string' },
  },
})

async function reportLive(): Promise<Readonly<Record<string, number>>> {
  await using service = await TestService.start({ postgres: { durable: true } })
  for (const id of ['sales', 'support'])
    await service.api('PATCH', `/api/queues/${id}`, { wrapUpMs: 0, ringTimeoutMs: 300_000, overflow: [] })

  const less = await measureLive(service, tenth)
  const more = await measureLive(service, full)
  console.table({
    '200 visitors, 50 messages/s': { sent: less.sent, lost: less.lost, ...row(less.latency) },
    '2,000 visitors, 500 messages/s': { sent: more.sent, lost: more.lost, ...row(more.latency) },
  })
  return {
    visitors: full.visitors,
    messagesPerSecond: full.perSecond,
    sent: more.sent,
    lost: more.lost,
    p50Ms: ms(more.latency.p50),
    p99Ms: ms(more.latency.p99),
    p50GrowthFromTenth: Math.round((more.latency.p50 / less.latency.p50) * 100) / 100,
    p99GrowthFromTenth: Math.round((more.latency.p99 / less.latency.p99) * 100) / 100,
  }
}

const live = values.only === 'history' ? {} : await reportLive()
const history = values.only === 'live' ? {} : await reportHistory(Number(values.messages), values.data ?? null)
console.log(JSON.stringify({ bench: 'digital', ...live, ...history }))
