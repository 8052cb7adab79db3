/** Takes journey points: only with the visitor's consent, marked by the rules, told to whoever talks with the customer. */
import { markedBy, type JourneyPoint, type JourneyRules } from '../../core/customer/journey.ts'
import type { CustomerId, InteractionId } from '../../core/ids.ts'
import type { Expressions } from '../../core/flow/expression.ts'
import type { Database } from '../../platform/database/database.ts'
import { definitions } from '../definitions.ts'
import type { Newsroom } from '../news.ts'
import { addPoints, type StoredPoint } from './journey-store.ts'
import { readCustomer } from './store.ts'

export type JourneyEntry = Readonly<{
  customerId: CustomerId
  interactionId: InteractionId | null
  /** That the visitor agreed to be followed; nothing is kept without. */
  consented: boolean
  points: readonly JourneyPoint[]
}>

export class Journeys {
  readonly #database: Database
  readonly #expressions: Expressions
  readonly #newsroom: Newsroom

  constructor(database: Database, expressions: Expressions, newsroom: Newsroom) {
    this.#database = database
    this.#expressions = expressions
    this.#newsroom = newsroom
  }

  /** Empty without consent, and for a customer who is gone. */
  async append({ customerId, interactionId, consented, points }: JourneyEntry): Promise<readonly StoredPoint[]> {
    if (!consented || points.length === 0) return []
    const { knex } = this.#database
    const customer = await readCustomer(knex, customerId)
    if (customer === null) return []
    const rules = await this.#rules()
    const marked = points.map((point) => ({ ...point, ...markedBy(point, rules) }))
    const stored = await addPoints(knex, customerId, interactionId, marked)
    this.#newsroom.tell({ kind: 'journey', records: customer.records, points: stored })
    return stored
  }

  async #rules(): Promise<JourneyRules> {
    const rules = await definitions(this.#database.knex, 'journey-rule')
    return rules.flatMap(({ when, ...rule }) => {
      const result = this.#expressions.compile(when)
      return result.ok ? [{ ...rule, when: result.compiled }] : []
    })
  }
}
