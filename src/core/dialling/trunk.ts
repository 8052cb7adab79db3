/** Ways out: which trunks take a number, and in which order they are tried. */
import type { Destination } from './destination.ts'
import type { Rate } from './ledger.ts'

export const numberForms = ['plus', 'digits', 'national'] as const

/** A trunk as far as choosing one is concerned. */
export type Way = Readonly<{
  id: string
  /** 1 is tried first; among equals the cheaper one. */
  priority: number
  rate: Rate
  /** Numbers with these prefixes alone; empty: all. */
  prefixes: readonly string[]
  /** Takes emergency calls. */
  emergency: boolean
  /** What the called party sees where the call brings none of its own; null: what the carrier puts there. */
  callerId: string | null
}>

/** What Asterisk calls the endpoint of a trunk of the directory. */
export const trunkEndpoint = (trunkId: string): string => `trunk-${trunkId}`

export function waysTo<W extends Way>({ number, emergency }: Destination, ways: readonly W[]): W[] {
  const fitting = ways.filter(({ prefixes, emergency: takesEmergency }) =>
    emergency ? takesEmergency : prefixes.length === 0 || prefixes.some((prefix) => number.startsWith(prefix)),
  )
  return fitting.sort(
    (a, b) => a.priority - b.priority || costPerMinute(a) - costPerMinute(b) || (a.id < b.id ? -1 : 1),
  )
}

const costPerMinute = ({ rate }: Way): number => rate.perMinute + rate.perCall

/**
 * Whether another way may do better, as the carrier's answer says: it is overloaded or broken (5xx), silent (408) or can't
 * be reached. Who is busy, declines or does not exist is so on every way.
 * `sip`: the last answer's code; null: there was none. `cause`: Q.850, for an answer whose code is not known.
 */
export function isWayTroubled({ sip, cause }: Readonly<{ sip: number | null; cause: number }>): boolean {
  if (sip !== null) return sip === 408 || (sip >= 500 && sip < 600)
  return troubledCauses.has(cause)
}

/** Q.850: no route, out of order, no circuit, network failures, congestion; 20: Asterisk has no contact for it. */
const troubledCauses = new Set([2, 3, 20, 27, 34, 38, 41, 42, 44, 47])
