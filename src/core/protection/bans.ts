/**
 * Who is shut out for a time: addresses that guess passwords or look for what they can call. Pure: signals with their time
 * go in, bans come out.
 */
import type { Instant } from '../ids.ts'

export const signalKinds = ['wrong-password', 'unknown-account', 'unknown-number', 'refused'] as const
/** `refused`: Asterisk turned something else away, such as a registration that nobody may make. */
export type SignalKind = (typeof signalKinds)[number]

/** `address`: one address, or the network that belongs to one customer of a provider (an IPv6 /64). */
export type Signal = Readonly<{ address: string; kind: SignalKind; at: Instant }>

export type BanRules = Readonly<{
  /** Signals within this time count together. */
  windowMs: number
  /** So many of them are a ban. */
  most: number
  /** Of addresses that have signed in with a right password lately: an office with one phone that was set up wrongly. */
  mostTrusted: number
  /** How long a right password is remembered. */
  trustMs: number
  /** The first ban; each that follows within `memoryMs` is twice as long, up to `longestMs`. */
  banMs: number
  longestMs: number
  memoryMs: number
  /** Addresses watched at once; the ones that were heard of longest ago are forgotten first. */
  watched: number
}>

const minute = 60_000
const hour = 60 * minute

export const banRules: BanRules = {
  windowMs: 10 * minute,
  most: 10,
  mostTrusted: 200,
  trustMs: 24 * hour,
  banMs: 10 * minute,
  longestMs: 24 * hour,
  memoryMs: 7 * 24 * hour,
  watched: 10_000,
}

/** `count`: the how manieth of this address. */
export type Ban = Readonly<{
  address: string
  at: Instant
  until: Instant
  reason: SignalKind | 'by-hand'
  count: number
}>

type Watched = Readonly<{
  signals: readonly Instant[]
  trustedAt: Instant | null
  /** How many bans there were, and when the last one ended or will end. */
  bans: number
  until: Instant | null
}>

/** In the order in which they were last heard of. Changed in place: a scan brings thousands of signals in a second. */
export type Watch = Map<string, Watched>

const nobody: Watched = { signals: [], trustedAt: null, bans: 0, until: null }

/** The ban that follows from the signal; null: none, or one is in force already. */
export function noteSignal(watch: Watch, { address, kind, at }: Signal, rules: BanRules): Ban | null {
  const known = watch.get(address) ?? nobody
  if (known.until !== null && known.until > at) return null
  const signals = [...known.signals.filter((then) => then > at - rules.windowMs), at]
  const isTrusted = known.trustedAt !== null && known.trustedAt > at - rules.trustMs
  if (signals.length < (isTrusted ? rules.mostTrusted : rules.most)) {
    heardOf(watch, address, { ...known, signals }, rules)
    return null
  }
  const bans = known.until !== null && known.until > at - rules.memoryMs ? known.bans + 1 : 1
  const until = at + Math.min(rules.longestMs, rules.banMs * 2 ** Math.min(bans - 1, 30))
  heardOf(watch, address, { ...known, signals: [], bans, until }, rules)
  return { address, at, until, reason: kind, count: bans }
}

/** A right password came from there. */
export function noteTrust(watch: Watch, address: string, at: Instant, rules: BanRules): void {
  heardOf(watch, address, { ...(watch.get(address) ?? nobody), signals: [], trustedAt: at }, rules)
}

/** After a start, or by a person's word: shut out until then. */
export function noteBan(watch: Watch, { address, until, count }: Ban, rules: BanRules): void {
  heardOf(watch, address, { ...(watch.get(address) ?? nobody), signals: [], bans: count, until }, rules)
}

/** A person says that it was a mistake: nothing is held against the address. */
export function forgive(watch: Watch, address: string): void {
  watch.delete(address)
}

function heardOf(watch: Watch, address: string, what: Watched, rules: BanRules): void {
  watch.delete(address)
  watch.set(address, what)
  for (const oldest of watch.keys()) {
    if (watch.size <= rules.watched) break
    watch.delete(oldest)
  }
}
