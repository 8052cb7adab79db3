/**
 * `npm run bench:desk`: an offer from the router's decision to fifty desks, some of them pages of a Chromium, the others
 * programs that hold the same live connection; a caller with ten thousand contacts; a page with thirty conversations; the
 * first load. `-- --only offers`, `customer` or `page` measures one of them.
 */
import { execFileSync } from 'node:child_process'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { TestBrowser } from '../../peers/browser.ts'
import { firstLoad } from '../../peers/first-load.ts'
import { TestService } from '../../peers/service.ts'
import type { Figures } from '../router/latencies.ts'
import { measureCustomer } from './loyal-customer.ts'
import { measureConversations } from './many-conversations.ts'
import { measureOffers } from './offers.ts'

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const wants = (part: string): boolean => values.only === undefined || values.only === part

const offers = { desks: 50, pages: 8, offers: 500, perSecond: 8 }

execFileSync(process.execPath, [fileURLToPath(new URL('../../../scripts/build-pages.mjs', import.meta.url))], {
  stdio: 'inherit',
})
const loadBefore = loadavg()[0] ?? 0
await using service = await TestService.start({ postgres: { durable: true } })
await using browser = await TestBrowser.start()
for (const id of ['sales', 'support'])
  await service.api('PATCH', `/api/queues/${id}`, { wrapUpMs: 0, ringTimeoutMs: 120_000, overflow: [] })

const rows: Record<string, Readonly<Record<string, number | string>>> = {}
const last: Record<string, number> = {}
const ms = (value: number): number => Math.round(value * 10) / 10
const note = (key: string, name: string, { count, p50, p99, max }: Figures, goal: string): void => {
  rows[name] = { count, 'p50 ms': ms(p50), 'p99 ms': ms(p99), 'max ms': ms(max), goal }
  last[`${key}P50Ms`] = ms(p50)
  last[`${key}P99Ms`] = ms(p99)
  last[`${key}MaxMs`] = ms(max)
}

if (wants('customer')) {
  const { fromDecision, fromRing } = await measureCustomer(service, browser, 12)
  note('customerFromDecision', 'customer complete, from the decision', fromDecision, '')
  note('customerFromRing', 'customer complete, from the ring', fromRing, '300 ms')
}
if (wants('page')) {
  const page = await measureConversations(service, browser, 40)
  note('interaction', '30 conversations: until painted', page.untilPainted, '50 ms')
  note('interactionCode', '30 conversations: in the page’s code', page.inCode, '')
  last['longTasks'] = page.longTasks
  last['longestTaskMs'] = ms(page.longestTaskMs)
}
if (wants('offers')) {
  const { pages, sockets, all } = await measureOffers(service, browser, offers)
  note('offerPages', `offer painted, ${offers.pages} pages`, pages, '150 ms')
  note('offerSockets', `offer received, ${offers.desks - offers.pages} other desks`, sockets, '150 ms')
  note('offer', `all ${offers.desks} desks`, all, '150 ms p99')
}
const { bytes } = firstLoad()
console.table(rows)
console.log(`first load: ${Math.round(bytes / 1_000)} kB compressed (goal: below 400)`)
console.log(`load average ${loadBefore.toFixed(2)} before, ${(loadavg()[0] ?? 0).toFixed(2)} after`)
console.log(JSON.stringify({ bench: 'desk', ...last, firstLoadBytes: bytes, loadBefore: ms(loadBefore) }))
