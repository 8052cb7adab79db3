/** What has been called lately, and what it cost: what limits are held against. */
import type { Instant } from '../ids.ts'
import type { Limit, OutboundRole } from './policy.ts'

/** In one currency, whichever the organisation's trunks are billed in. */
export type Rate = Readonly<{ perCall: number; perMinute: number }>

/** One call that was let out. */
export type Entry = Readonly<{
  id: string
  at: Instant
  role: OutboundRole
  /** The same for everything that one person, flow or part asks for. */
  asker: string
  number: string
  classId: string
  rate: Rate
  /** null: nobody has answered. */
  connectedAt: Instant | null
  endedAt: Instant | null
}>

export type Ledger = Readonly<{ entries: readonly Entry[] }>

export const emptyLedger: Ledger = { entries: [] }

const minuteMs = 60_000

/** Carriers count begun minutes; one is reserved as soon as a call is let out, for it may be answered any moment. */
export function costOf({ rate, connectedAt, endedAt }: Entry, at: Instant): number {
  if (connectedAt === null) return endedAt === null ? rate.perCall + rate.perMinute : 0
  const minutes = Math.ceil(((endedAt ?? at) - connectedAt) / minuteMs)
  return rate.perCall + rate.perMinute * Math.max(1, minutes)
}

export function withEntry({ entries }: Ledger, entry: Entry): Ledger {
  return { entries: [...entries.filter(({ id }) => id !== entry.id), entry] }
}

export function changed(ledger: Ledger, id: string, change: Partial<Entry>): Ledger {
  return { entries: ledger.entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry)) }
}

/** Without what no limit looks back to any more; a call that goes on is kept. */
export function pruned({ entries }: Ledger, limits: readonly Limit[], at: Instant): Ledger {
  const longest = Math.max(0, ...limits.map(({ windowMs }) => windowMs))
  return { entries: entries.filter((entry) => entry.endedAt === null || entry.endedAt > at - longest) }
}

export type Wanted = Pick<Entry, 'role' | 'asker' | 'number' | 'classId' | 'rate'>

/** The limit that this call would break; null: none. */
export function brokenLimit(
  ledger: Ledger,
  limits: readonly Limit[],
  wanted: Wanted,
  at: Instant,
): Readonly<{ limit: Limit; by: 'calls' | 'spend' }> | null {
  for (const limit of limits) {
    if (!concerns(limit, wanted)) continue
    const counted = ledger.entries.filter((entry) => concerns(limit, entry) && isTogether(limit, entry, wanted))
    const begun = counted.filter((entry) => entry.at > at - limit.windowMs)
    if (limit.calls !== null && begun.length >= limit.calls) return { limit, by: 'calls' }
    if (limit.spend === null) continue
    // What has been spent within the window: a call that began before it still counts while it goes on.
    const spent = counted.filter((entry) => (entry.endedAt ?? at) > at - limit.windowMs)
    const next = wanted.rate.perCall + wanted.rate.perMinute
    const total = spent.reduce((sum, entry) => sum + costOf(entry, at), next)
    if (next > 0 && total > limit.spend) return { limit, by: 'spend' }
  }
  return null
}

function concerns({ roles, classIds }: Limit, { role, classId }: Pick<Entry, 'role' | 'classId'>): boolean {
  return (roles.length === 0 || roles.includes(role)) && (classIds.length === 0 || classIds.includes(classId))
}

function isTogether({ per }: Limit, entry: Entry, wanted: Wanted): boolean {
  if (per === 'everyone') return true
  return per === 'asker' ? entry.asker === wanted.asker : entry.number === wanted.number
}
