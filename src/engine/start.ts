/** Becoming the writer: wait for the lock, fold what was written, hand over an engine that knows where things stand. */
import { apply, emptyState, restore } from '../core/routing/machine.ts'
import { snapshotVersion } from '../core/routing/snapshot.ts'
import type { Instant } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import { Engine } from './engine.ts'
import { isDatabaseUnavailable } from '../platform/database/outage.ts'
import { readFacts, readHeartbeat, readLastAt, readSnapshot } from './store.ts'
import { takeWriterLock, type WriterLock } from './writer-lock-store.ts'

const standbyRetryMs = 500

export async function startEngine(options: {
  database: Database
  log: Log
  now: () => Instant
  signal: AbortSignal
  onFatal(error: Error): void
}): Promise<{ engine: Engine; lastAlive: Instant }> {
  const { database, log, signal } = options
  const lock = await waitForLock(database, log, signal)
  const lastAt = await readLastAt(database)
  // A fact may be younger than the last heartbeat.
  const lastAlive = Math.max(await readHeartbeat(database), lastAt)
  const kept = await readSnapshot(database, snapshotVersion)
  const state = kept === null ? emptyState() : restore(kept.state)
  const lastSeq = await readFacts(database, kept?.seq ?? 0, (facts) => {
    for (const { fact } of facts) apply(state, fact)
  })
  log.info({ epoch: lock.epoch, lastSeq, fromSnapshot: kept?.seq ?? null }, 'this process is the writer')
  return { engine: new Engine({ ...options, state, lastSeq, lastAt, lock }), lastAlive }
}

async function waitForLock(database: Database, log: Log, signal: AbortSignal): Promise<WriterLock> {
  let standingBy = false
  for (;;) {
    signal.throwIfAborted()
    try {
      const lock = await takeWriterLock(database, null)
      if (typeof lock === 'object') return lock
      if (!standingBy) log.info('another process is the writer; standing by')
      standingBy = true
    } catch (error) {
      // Whoever stands by outlasts an outage, like the writer itself.
      if (!standingBy || !isDatabaseUnavailable(error)) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, standbyRetryMs))
  }
}
