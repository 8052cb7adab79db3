import { setTimeout as delay } from 'node:timers/promises'
import { describeEnding } from './daemon.ts'
import type { Daemon, Ending } from './daemon.ts'

export type KeptAlive = Readonly<{
  /** Settles with an ending that forbids another try. */
  refused: Promise<Ending>
  /** Stops the process that runs, and those that would follow it. */
  stop(): Promise<void>
}>

export type KeepRule = Readonly<{
  start(): Promise<Daemon>
  report(line: string): void
  /** Whether a process that ended this way must not be started again. */
  refuses?(ending: Ending): boolean
}>

export type Clock = Readonly<{
  now(): number
  /** Settles after the time, or at once when the signal aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>
}>

const systemClock: Clock = {
  now: () => Date.now(),
  pause: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
}

const longestPauseMs = 5_000
const firstPauseMs = 200
/** A process that lived this long was well: when it dies, the next one starts at once. */
const wellAfterMs = 10_000

/** Starts the process again whenever it ends: at once, then with pauses that double while it keeps dying young. */
export function keepAlive(first: Daemon, rule: KeepRule, clock: Clock = systemClock): KeptAlive {
  const stopping = new AbortController()
  const refusal = Promise.withResolvers<Ending>()
  let current: Daemon | null = first
  const loop = watch()

  async function watch(): Promise<void> {
    let pauseMs = 0
    while (current !== null) {
      const { name, ended } = current
      const startedAt = clock.now()
      const ending = await ended
      if (stopping.signal.aborted) return
      if (rule.refuses?.(ending) === true) return refusal.resolve(ending)
      pauseMs = clock.now() - startedAt > wellAfterMs ? 0 : pauseMs
      rule.report(`${name} ended (${describeEnding(ending)}); starting it again`)
      ;({ daemon: current, pauseMs } = await startAgain(pauseMs))
      // Asked to stop while it was starting: nobody else knows of this one.
      if (stopping.signal.aborted) return current?.stop()
    }
  }

  async function startAgain(pause: number): Promise<{ daemon: Daemon | null; pauseMs: number }> {
    for (let pauseMs = pause; ;) {
      await clock.pause(pauseMs, stopping.signal)
      if (stopping.signal.aborted) return { daemon: null, pauseMs }
      pauseMs = Math.min(Math.max(pauseMs * 2, firstPauseMs), longestPauseMs)
      try {
        return { daemon: await rule.start(), pauseMs }
      } catch (error) {
        rule.report(error instanceof Error ? error.message : String(error))
      }
    }
  }

  return {
    refused: refusal.promise,
    async stop() {
      stopping.abort()
      await current?.stop()
      await loop
    },
  }
}
