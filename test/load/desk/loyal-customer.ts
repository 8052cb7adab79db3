/** A call of somebody with ten thousand contacts: how long after it rings their card and their history are complete. */
import { openDatabase } from '../../../src/platform/database/database.ts'
import type { TestBrowser } from '../../peers/browser.ts'
import { DeskVisitor } from '../../peers/desk.ts'
import { eventually } from '../../peers/poll.ts'
import type { TestService } from '../../peers/service.ts'
import { Latencies, type Figures } from '../router/latencies.ts'

export type CustomerFigures = Readonly<{ fromDecision: Figures; fromRing: Figures }>

const number = '+40721999888'
const name = 'Loyal Customer'
const contacts = 10_000
const warmUps = 2

/** Notes when the offer's card was there, and when the customer's facts and the first page of the history were. */
const watchCustomer = `(() => {
  window.seen = { decidedAt: null, ringAt: null, completeAt: null }
  const Native = window.WebSocket
  window.WebSocket = class extends Native {
    constructor(...options) {
      super(...options)
      this.addEventListener('message', ({ data }) => {
        if (typeof data !== 'string' || !data.includes('offer-made')) return
        for (const { fact } of JSON.parse(data).facts ?? []) if (fact.kind === 'offer-made') window.seen.decidedAt = fact.at
      })
    }
  }
  const look = () => {
    const seen = window.seen
    if (document.querySelector('article[aria-label^="Offer:"]') !== null) seen.ringAt ??= Date.now()
    const panel = document.querySelector('aside[aria-label="Customer"]')
    if (panel?.querySelector('h2')?.textContent !== '${name}' || panel.querySelector('dl') === null) return
    if (panel.querySelectorAll('ol > li').length >= 30) seen.completeAt ??= Date.now()
  }
  document.addEventListener('DOMContentLoaded', () =>
    new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true }))
})()`

type Seen = { decidedAt: number; ringAt: number | null; completeAt: number | null }

export async function measureCustomer(
  service: TestService,
  browser: TestBrowser,
  rings: number,
): Promise<CustomerFigures> {
  await makeCustomer(service)
  const agent = service.firstStart.agents.find(({ username }) => username === 'ana')
  const ana = await DeskVisitor.open(browser, service, {
    username: 'ana',
    password: agent?.password ?? '',
    script: watchCustomer,
  })
  await ana.available(service, 'ana')
  const fromDecision = new Latencies()
  const fromRing = new Latencies()
  for (let round = -warmUps; round < rings; round++) {
    // Nothing is known in the page: the worst case.
    await ana.page.reload()
    await ana.button('Telephone: Phone is ready').waitFor()
    await service.agentServesCalls('ana')
    await using caller = await service.caller(number, 700)
    await caller.dial('1000')
    await caller.established()
    await caller.digits('1')
    const seen = await eventually(
      async () => {
        const so: Seen = await ana.page.evaluate('window.seen')
        return so.ringAt !== null && so.completeAt !== null && { ...so, ringAt: so.ringAt, completeAt: so.completeAt }
      },
      { withinMs: 30_000, what: 'the customer and their history' },
    )
    if (round >= 0) {
      fromDecision.add(seen.completeAt - seen.decidedAt)
      fromRing.add(Math.max(0, seen.completeAt - seen.ringAt))
    }
    await caller.hangup()
    await ana.offer().waitFor({ state: 'hidden' })
  }
  // No offer of what is measured next is theirs.
  await service.api('PUT', '/api/me/presence', { presence: 'offline' }, 'ana')
  await ana.close()
  return { fromDecision: fromDecision.figures(), fromRing: fromRing.figures() }
}

async function makeCustomer(service: TestService): Promise<void> {
  const customer = { name, company: 'Loyal Ltd', identities: [{ kind: 'phone', value: number }] }
  const { id } = await service.api('POST', '/api/customers', customer)
  await using database = openDatabase(service.postgres.url)
  await database.knex.raw(
    `insert into interactions (id, channel, direction, entry_point_id, provider_id, customer_id, state, wrapping_up, settled,
      queue_id, arrived_at, wait_ms, talk_ms, hold_ms, wrap_up_ms, offers, recordings, ended_at, ended_by, outcome)
    select gen_random_uuid(), (array['chat','voice','email'])[1 + g % 3], 'inbound', 'main', 'past-' || g, ?::uuid,
      'ended', false, true, 'sales', ?::bigint - g::bigint * 6000000, 1000, 60000, 0, 5000, 1, 0,
      ?::bigint - g::bigint * 6000000 + 60000, 'customer', 'answered'
    from generate_series(1, ${contacts}) g`,
    [id, Date.now(), Date.now()],
  )
  await database.knex.raw('analyze interactions')
}
