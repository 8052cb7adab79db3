/** The directory in memory: who asks on every call must not wait for the database. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Calendar } from '../core/calendar/calendar.ts'
import type { AgentId, Channel, QueueId } from '../core/ids.ts'
import type { AgentRules, QueueRules } from '../core/rules.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import { readDirectory } from './directory-store.ts'
import type { EntryPoint } from './entry-point.ts'
import type { QueueSettings } from './queue.ts'
import type { SipAccount } from './sip-account.ts'
import {
  addressKey,
  changesBetween,
  emptySnapshot,
  snapshotOf,
  type DirectoryChange,
  type DirectorySnapshot,
} from './snapshot.ts'

export type Directory = Readonly<{
  /**
   * Reads the database again and tells the listeners what is different; resolves once they are done. The first call
   * reports everything as changed.
   */
  refresh(): Promise<void>
  snapshot(): DirectorySnapshot
  agentRules(): readonly AgentRules[]
  queueRules(): readonly QueueRules[]
  queueSettings(queueId: QueueId): QueueSettings | null
  /** Of an enabled entry point; `+` before a number may be there or not. */
  entryPointByAddress(channel: Channel, address: string): EntryPoint | null
  agentBySipUsername(username: string): AgentId | null
  sipUsername(agentId: AgentId): string | null
  sipAccounts(): readonly SipAccount[]
  calendars(): Readonly<Record<string, Calendar>>
  /** Returns how to stop. A listener's failure is logged and keeps nobody else from hearing. */
  onChange(listener: DirectoryListener): () => void
}>

export type DirectoryListener = (changes: readonly DirectoryChange[]) => void | Promise<void>

export type DirectoryOptions = Readonly<{
  database: Database
  log: Log
  /** How long a change waits for its listeners (the router may be away for a while); 5,000 unless given. */
  listenerLimitMs?: number
}>

export function createDirectory({ database, log, listenerLimitMs = 5_000 }: DirectoryOptions): Directory {
  let current = emptySnapshot
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const listeners = new Set<DirectoryListener>()

  const read = async (): Promise<void> => {
    const after = snapshotOf(await readDirectory(database))
    const changes = changesBetween(current, after)
    current = after
    if (changes.length === 0) return
    const told = Promise.allSettled([...listeners].map(async (listener) => listener(changes)))
    for (const outcome of await within(told, listenerLimitMs, log))
      if (outcome.status === 'rejected')
        log.error({ err: outcome.reason as unknown }, 'a change of the directory was not followed')
  }

  const refresh = (): Promise<void> => {
    if (running === undefined) {
      running = read().finally(() => {
        running = undefined
      })
      return running
    }
    // The reading under way may have begun before the caller's change: one more, shared by all who ask meanwhile.
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined
        return refresh()
      })
    return next
  }

  return {
    refresh,
    snapshot: () => current,
    agentRules: () => [...current.agentRules.values()],
    queueRules: () => [...current.queueRules.values()],
    queueSettings: (queueId) => current.queueSettings.get(queueId) ?? null,
    entryPointByAddress(channel, address) {
      const other = address.startsWith('+') ? address.slice(1) : `+${address}`
      const find = (text: string): EntryPoint | undefined => current.entryPointByAddress.get(addressKey(channel, text))
      return find(address) ?? find(other) ?? null
    },
    agentBySipUsername: (username) => current.agentBySipUsername.get(username) ?? null,
    sipUsername: (agentId) => current.sipAccounts.get(agentId)?.username ?? null,
    sipAccounts: () => [...current.sipAccounts.values()],
    calendars: () => current.calendars,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

async function within<T>(
  outcomes: Promise<PromiseSettledResult<T>[]>,
  limitMs: number,
  log: Log,
): Promise<PromiseSettledResult<T>[]> {
  const stop = new AbortController()
  const late = delay(limitMs, 'late' as const, { signal: stop.signal, ref: false }).catch(() => 'late' as const)
  const first = await Promise.race([outcomes, late])
  stop.abort()
  if (first !== 'late') return first
  log.warn({ limitMs }, 'a change of the directory is stored, but not everyone has followed it yet')
  return []
}
