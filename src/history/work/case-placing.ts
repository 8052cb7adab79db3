/** Puts new contacts into the case that they are plainly about; what isn't plain is left to people. */
import { placeContact } from '../../core/customer/cases.ts'
import type { CustomerId, InteractionId, Instant } from '../../core/ids.ts'
import type { StoredFact, Writer } from '../../core/writer.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Log } from '../../platform/log.ts'
import { announce, type Transaction } from '../customer/changes-store.ts'
import { FactFollower } from '../follower-store.ts'
import { caseOf, customersWithCases, putIntoCase, setCaseState, standingCases } from './case-store.ts'

const byRule = { kind: 'system', id: null, name: 'rule' } as const

export function casePlacing(start: { database: Database; writer: Pick<Writer, 'onFacts'>; log: Log }): FactFollower {
  return new FactFollower({
    ...start,
    name: 'cases',
    from: 'next-fact',
    concerns: (fact) => contactOf(fact).length > 0,
    take: async (trx, facts) => {
      const contacts = facts.flatMap(({ fact }) => contactOf(fact))
      // Most customers have no case at all.
      const withCases = await customersWithCases(trx, [...new Set(contacts.map(({ customerId }) => customerId))])
      for (const contact of contacts) if (withCases.has(contact.customerId)) await place(trx, contact)
    },
  })
}

type Contact = Readonly<{ interactionId: InteractionId; customerId: CustomerId; at: Instant }>

function contactOf(fact: StoredFact['fact']): Contact[] {
  if (fact.kind !== 'interaction-arrived' && fact.kind !== 'customer-recognised') return []
  const { interactionId, customerId, at } = fact
  return customerId === null ? [] : [{ interactionId, customerId, at }]
}

async function place(trx: Transaction, { interactionId, customerId, at }: Contact): Promise<void> {
  if ((await caseOf(trx, interactionId)) !== null) return
  const placing = placeContact(await standingCases(trx, customerId), at)
  if (!('caseId' in placing)) return
  if (placing.kind === 'reopen' && (await setCaseState(trx, placing.caseId, 'open', at)))
    await announce(trx, 'case.reopened', { caseId: placing.caseId, customerId })
  await putIntoCase(trx, { interactionId, caseId: placing.caseId, by: byRule, at })
}
