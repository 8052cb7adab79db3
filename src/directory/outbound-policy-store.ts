/** The one row that says who may call what; none: what the product starts with. */
import type { Knex } from 'knex'
import { firstPolicy, type OutboundPolicy } from '../core/dialling/policy.ts'
import { outboundPolicySchema } from './outbound-policy.ts'

export async function readOutboundPolicy(knex: Knex): Promise<OutboundPolicy> {
  const row = await knex('outbound_policy').where({ id: 1 }).first<{ policy: unknown } | undefined>('policy')
  return row === undefined ? firstPolicy : outboundPolicySchema.parse(row.policy)
}

export async function writeOutboundPolicy(knex: Knex, policy: OutboundPolicy): Promise<void> {
  await knex('outbound_policy')
    .insert({ id: 1, policy: JSON.stringify(policy) })
    .onConflict('id')
    .merge()
}
