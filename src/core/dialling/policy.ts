/** Who may call what outside, how often, and for how much. Denied unless allowed. */
import type { AgentId, FlowId } from '../ids.ts'
import type { DestinationClass } from './destination.ts'

/**
 * Who wants a number outside to be called. There is deliberately no caller and no trunk among them: whoever calls in never
 * asks for a destination, also not by transfer.
 */
export type Asker =
  | Readonly<{ kind: 'agent'; agentId: AgentId }>
  | Readonly<{ kind: 'flow'; flowId: FlowId }>
  | Readonly<{ kind: 'callback'; callbackId: string }>
  | Readonly<{ kind: 'system' }>

/** Whom permissions are given to: people by their role, and the product's own parts. */
export const outboundRoles = ['agent', 'supervisor', 'admin', 'flow', 'callback', 'system'] as const
export type OutboundRole = (typeof outboundRoles)[number]

export const limitScopes = ['everyone', 'asker', 'number'] as const

/** At most so many calls, and so much money, within any window of that length. */
export type Limit = Readonly<{
  id: string
  /** What counts together: all attempts, those of one asker, or those to one number. */
  per: (typeof limitScopes)[number]
  /** Of these roles alone; empty: all. */
  roles: readonly OutboundRole[]
  /** To these classes alone; empty: all. */
  classIds: readonly string[]
  windowMs: number
  /** null: any number. */
  calls: number | null
  /** In the currency of the trunks' costs; null: any. */
  spend: number | null
}>

export type OutboundPolicy = Readonly<{
  classes: readonly DestinationClass[]
  /** Role -> ids of the classes that it may call. */
  permissions: Readonly<Record<OutboundRole, readonly string[]>>
  limits: readonly Limit[]
}>

const plain = { countries: [], prefixes: [] } as const

/** What holds until somebody says otherwise: ordinary numbers of the own country, and no more of them than people dial. */
export const firstPolicy: OutboundPolicy = {
  classes: [
    { ...plain, id: 'premium', name: 'Premium rate', reach: 'anywhere', kinds: ['premium', 'shared-cost', 'special'] },
    {
      ...plain,
      id: 'national',
      name: 'Own country',
      reach: 'home',
      kinds: ['fixed-line', 'mobile', 'fixed-or-mobile', 'toll-free', 'voip'],
    },
    { ...plain, id: 'short', name: 'Short numbers', reach: 'anywhere', kinds: ['short'] },
    {
      ...plain,
      id: 'international',
      name: 'Abroad',
      reach: 'abroad',
      kinds: ['fixed-line', 'mobile', 'fixed-or-mobile', 'toll-free', 'voip'],
    },
  ],
  permissions: {
    agent: ['national'],
    supervisor: ['national'],
    admin: ['national'],
    flow: ['national'],
    callback: ['national'],
    system: ['national'],
  },
  limits: [
    { id: 'all', per: 'everyone', roles: [], classIds: [], windowMs: 60_000, calls: 600, spend: null },
    { id: 'each-person', per: 'asker', roles: ['agent'], classIds: [], windowMs: 60_000, calls: 30, spend: null },
    // A caller who claims somebody else's number must not be able to have them rung over and over.
    {
      id: 'callback-number',
      per: 'number',
      roles: ['callback'],
      classIds: [],
      windowMs: 3_600_000,
      calls: 20,
      spend: null,
    },
  ],
}
