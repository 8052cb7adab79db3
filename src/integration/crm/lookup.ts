/** What a CRM says of a customer: kept for a while, asked once however many want to know, left alone while it is away. */
import { answered, asking, closedBreaker, failed, type Breaker } from '../../core/integration/breaker.ts'
import type { Context, Expressions } from '../../core/flow/expression.ts'
import type { Json } from '../../core/flow/session.ts'
import type { Instant } from '../../core/ids.ts'
import type { Outgoing } from '../../platform/outgoing.ts'
import { filledAddress, orderFields, valueOf, type CrmConnection } from './connection.ts'

export type CrmOrder = Readonly<Record<(typeof orderFields)[number], Json>>

export type CrmView = Readonly<{
  /** `stale`: from before it went away. `unknown`: it doesn't know the customer. `away`: it can't be asked. */
  state: 'fresh' | 'stale' | 'unknown' | 'away' | 'unasked'
  /** When it said so; null: never. */
  at: Instant | null
  /** For people, when it isn't fresh. */
  reason: string | null
  fields: Readonly<Record<string, Json>>
  orders: readonly CrmOrder[]
  link: string | null
}>

/** Of a customer, whatever a look-up may ask with. */
export type CrmSubject = Readonly<{ customerId: string; context: Context }>

type Kept = { view: CrmView; at: Instant; version: string }

const mostKept = 5_000
const nothing = { at: null, fields: {}, orders: [], link: null } as const

export class CrmLookup {
  readonly #expressions: Expressions
  readonly #outgoing: Outgoing
  readonly #now: () => Instant
  readonly #kept = new Map<string, Kept>()
  readonly #asking = new Map<string, Promise<CrmView>>()
  readonly #breakers = new Map<string, Breaker>()

  constructor({ expressions, outgoing, now }: { expressions: Expressions; outgoing: Outgoing; now: () => Instant }) {
    this.#expressions = expressions
    this.#outgoing = outgoing
    this.#now = now
  }

  async look(connection: CrmConnection, subject: CrmSubject): Promise<CrmView> {
    const key = `${connection.id} ${subject.customerId}`
    // Another address or mapping, or another number of the customer, makes another question.
    const version = JSON.stringify([connection, subject.context])
    const kept = this.#kept.get(key)
    const usable = kept?.version === version ? kept : undefined
    if (usable !== undefined && this.#now() - usable.at < connection.lookup.cacheMs) return usable.view
    const underWay = this.#asking.get(`${key} ${version}`)
    if (underWay !== undefined) return underWay
    const asked = this.#ask(connection, subject, usable?.view ?? null).finally(() =>
      this.#asking.delete(`${key} ${version}`),
    )
    this.#asking.set(`${key} ${version}`, asked)
    const view = await asked
    if (view.state === 'fresh' || view.state === 'unknown') this.#keep(key, { view, at: this.#now(), version })
    return view
  }

  async #ask(connection: CrmConnection, { context }: CrmSubject, before: CrmView | null): Promise<CrmView> {
    const { id, lookup } = connection
    const url = filledAddress(this.#expressions, lookup.url, context)
    if (url === null) return { ...nothing, state: 'unasked', reason: 'there is nothing of this customer to ask with' }
    const breaker = asking(this.#breakers.get(id) ?? closedBreaker, this.#now())
    if (breaker === null) return away(before, 'it failed several times and is left alone for half a minute')
    this.#breakers.set(id, breaker)
    const headers = { accept: 'application/json', ...lookup.headers }
    const reply = await this.#outgoing.send({ method: 'GET', url, headers, body: null, timeoutMs: lookup.timeoutMs })
    const problem = problemOf(reply)
    this.#breakers.set(id, problem === null ? answered() : failed(breaker, this.#now()))
    if ('failed' in reply || problem !== null) return away(before, problem ?? 'it gave no answer')
    const answer = reply.status === 404 ? null : parsed(reply.body)
    if (answer === undefined) return away(before, 'its answer is not JSON')
    return this.#read(connection, { ...context, answer, status: reply.status }, reply.status === 404)
  }

  #read({ found, fields, orders, link }: CrmConnection, context: Context, isMissing: boolean): CrmView {
    const value = (source: string, more: Context = {}): Json =>
      valueOf(this.#expressions, source, { ...context, ...more })
    const at = this.#now()
    if (isMissing || value(found) !== true)
      return { ...nothing, at, state: 'unknown', reason: 'it does not know this customer' }
    const list = orders === null ? [] : value(orders.list)
    return {
      state: 'fresh',
      at,
      reason: null,
      fields: Object.fromEntries(Object.entries(fields).map(([name, source]) => [name, value(source)])),
      orders: (Array.isArray(list) ? list : []).slice(0, mostOrders).map((order: Json) => {
        const of = (field: (typeof orderFields)[number]): [string, Json] => {
          const source = orders?.each[field]
          return [field, source === undefined ? null : value(source, { order })]
        }
        return Object.fromEntries(orderFields.map(of)) as CrmOrder
      }),
      link: link === null ? null : webAddress(filledAddress(this.#expressions, link, context)),
    }
  }

  /** The oldest go first. */
  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest)
  }
}

const mostOrders = 50

function away(before: CrmView | null, reason: string): CrmView {
  return before === null ? { ...nothing, state: 'away', reason } : { ...before, state: 'stale', reason }
}

/** Answers that say that the CRM is ill, or that we are not let in. */
function problemOf(reply: Awaited<ReturnType<Outgoing['send']>>): string | null {
  if ('failed' in reply) return reply.failed
  if (reply.status === 404 || (reply.status >= 200 && reply.status < 300)) return null
  return `it answered ${reply.status}`
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** What the CRM answers becomes a link on a page: it mustn't become a script. */
function webAddress(url: string | null): string | null {
  return url !== null && /^https?:\/\//i.test(url) ? url : null
}
