/** Watches who knocks, decides who is shut out and for how long, and remembers it. */
import {
  banRules,
  forgive,
  noteBan,
  noteSignal,
  noteTrust,
  type Ban,
  type SignalKind,
  type Watch,
} from '../core/protection/bans.ts'
import type { Instant } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'
import { customerOf } from '../platform/internet-address.ts'
import type { Log } from '../platform/log.ts'
import { membership } from './addresses.ts'
import { insertBan, liftStoredBan, readBans, type StoredBan } from './ban-store.ts'

export type ProtectionOptions = Readonly<{
  database: Database
  log: Log
  now(): Instant
  /** Networks that are never banned: the operator's, and the carriers'. */
  exempt(): readonly string[]
}>

export type BanListener = (change: Readonly<{ kind: 'banned' | 'lifted'; address: string }>) => void

export type Protection = Readonly<{
  /** Before anybody knocks. */
  start(): Promise<void>
  stop(): void
  signal(address: string, kind: SignalKind): void
  /** A right password came from there. */
  trusted(address: string): void
  /** In force now. */
  active(): readonly Ban[]
  /** Lately over: an Asterisk that was away may still hold them. */
  over(): readonly string[]
  /** With those that are over, newest first. */
  recent(): Promise<readonly StoredBan[]>
  /** By a person; null: that is no address, or one that is never banned. */
  ban(address: string, forMs: number): Promise<Ban | null>
  /** False: it is not banned. */
  lift(address: string): Promise<boolean>
  /** Returns how to stop. */
  onChange(listener: BanListener): () => void
}>

/** So many at once: each message that arrives is held against each. */
const mostActive = 500
const mostListed = 500

export function createProtection({ database, log, now, exempt }: ProtectionOptions): Protection {
  const watch: Watch = new Map()
  const active = new Map<string, Ban>()
  const over = new Set<string>()
  const listeners = new Set<BanListener>()
  let alarm: NodeJS.Timeout | null = null

  const tell: BanListener = (change) => {
    for (const listener of listeners) listener(change)
  }

  const end = (address: string): void => {
    if (!active.delete(address)) return
    over.add(address)
    tell({ kind: 'lifted', address })
  }

  const setAlarm = (): void => {
    if (alarm !== null) clearTimeout(alarm)
    const next = Math.min(...[...active.values()].map(({ until }) => until))
    alarm = active.size === 0 ? null : setTimeout(expire, Math.min(Math.max(next - now(), 0), 2 ** 31 - 1))
    alarm?.unref()
  }

  const expire = (): void => {
    for (const ban of [...active.values()]) if (ban.until <= now()) end(ban.address)
    setAlarm()
  }

  const begin = (ban: Ban): void => {
    over.delete(ban.address)
    active.set(ban.address, ban)
    // The one that would end first makes room.
    if (active.size > mostActive) {
      const first = [...active.values()].reduce((a, b) => (a.until <= b.until ? a : b))
      end(first.address)
    }
    tell({ kind: 'banned', address: ban.address })
    setAlarm()
    insertBan(database.knex, ban).catch((error: unknown) => log.error({ err: error }, 'a ban was not written down'))
    log.warn({ address: ban.address, reason: ban.reason, until: new Date(ban.until).toISOString() }, 'banned from SIP')
  }

  const isExempt = (address: string): boolean => membership(exempt())(address)

  return {
    async start() {
      for (const ban of [...(await readBans(database.knex, new Date(now() - banRules.memoryMs), 10_000))].reverse()) {
        if (ban.liftedAt !== null) {
          over.add(ban.address)
          continue
        }
        noteBan(watch, ban, banRules)
        if (ban.until > now()) active.set(ban.address, ban)
        else over.add(ban.address)
      }
      for (const address of active.keys()) over.delete(address)
      setAlarm()
    },
    stop() {
      if (alarm !== null) clearTimeout(alarm)
    },
    signal(text, kind) {
      const address = customerOf(text)
      if (address === null || isExempt(address)) return
      const ban = noteSignal(watch, { address, kind, at: now() }, banRules)
      if (ban !== null) begin(ban)
    },
    trusted(text) {
      const address = customerOf(text)
      if (address !== null) noteTrust(watch, address, now(), banRules)
    },
    active: () => [...active.values()],
    over: () => [...over],
    recent: () => readBans(database.knex, new Date(now() - banRules.memoryMs), mostListed),
    async ban(text, forMs) {
      const address = customerOf(text)
      if (address === null || isExempt(address)) return null
      const at = now()
      const ban: Ban = { address, at, until: at + forMs, reason: 'by-hand', count: 1 }
      noteBan(watch, ban, banRules)
      begin(ban)
      return Promise.resolve(ban)
    },
    async lift(text) {
      const address = customerOf(text.replace(/\/64$/, ''))
      if (address === null || !active.has(address)) return false
      forgive(watch, address)
      await liftStoredBan(database.knex, address, new Date(now()))
      end(address)
      setAlarm()
      return true
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
