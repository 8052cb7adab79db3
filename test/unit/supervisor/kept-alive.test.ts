import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Daemon, Ending } from '../../../src/supervisor/daemon.ts'
import { keepAlive } from '../../../src/supervisor/kept-alive.ts'
import type { Clock } from '../../../src/supervisor/kept-alive.ts'

const killed: Ending = { code: null, signal: 'SIGKILL' }

type FakeDaemon = Daemon & { die(ending?: Ending): void; stopped(): boolean }

/** A process that ends when the test says so. */
function daemon(pid: number): FakeDaemon {
  const end = Promise.withResolvers<Ending>()
  let stopped = false
  return {
    name: 'a server',
    pid,
    adopted: false,
    ended: end.promise,
    die: (ending = killed) => end.resolve(ending),
    stopped: () => stopped,
    stop() {
      stopped = true
      end.resolve({ code: 0, signal: null })
      return Promise.resolve()
    },
  }
}

/** Pauses take no real time: they are written down and move the clock. */
function fakeClock(): Clock & { pauses: number[]; passMs(ms: number): void } {
  let nowMs = 0
  const pauses: number[] = []
  return {
    pauses,
    passMs: (ms) => (nowMs += ms),
    now: () => nowMs,
    pause(ms) {
      pauses.push(ms)
      nowMs += ms
      return Promise.resolve()
    },
  }
}

const silent = (): void => undefined

describe('a process kept alive', () => {
  it('is started again at once when it dies, then with growing pauses of at most five seconds', async () => {
    const clock = fakeClock()
    const enough = Promise.withResolvers<Daemon>()
    const first = daemon(1)
    let starts = 0
    const last = daemon(9)
    const start = (): Promise<Daemon> => {
      starts += 1
      if (starts === 8) {
        enough.resolve(last)
        return Promise.resolve(last)
      }
      const young = daemon(starts + 1)
      young.die()
      return Promise.resolve(young)
    }
    const kept = keepAlive(first, { start, report: silent }, clock)
    first.die()
    await enough.promise
    expect(clock.pauses).toEqual([0, 200, 400, 800, 1_600, 3_200, 5_000, 5_000])
    await kept.stop()
    expect(last.stopped()).toBe(true)
  })

  it('is started at once again after it was well for a while', async () => {
    const clock = fakeClock()
    const daemons = [daemon(1), daemon(2), daemon(3)]
    const started = daemons.map(() => Promise.withResolvers<undefined>())
    let next = 0
    const [first, second, third] = daemons
    if (first === undefined || second === undefined || third === undefined) throw new Error('three are needed')
    const start = (): Promise<Daemon> => {
      started[next]?.resolve(undefined)
      next += 1
      return Promise.resolve(next === 1 ? second : third)
    }
    const kept = keepAlive(first, { start, report: silent }, clock)
    clock.passMs(11_000)
    first.die()
    await started[0]?.promise
    // The loop takes up what it was given.
    await setImmediate()
    clock.passMs(11_000)
    second.die()
    await started[1]?.promise
    expect(clock.pauses).toEqual([0, 0])
    await kept.stop()
  })

  it('is tried again when a start fails', async () => {
    const reports: string[] = []
    const first = daemon(1)
    const next = daemon(2)
    const up = Promise.withResolvers<undefined>()
    let tries = 0
    const start = (): Promise<Daemon> => {
      tries += 1
      if (tries < 3) return Promise.reject(new Error('the disk is full'))
      up.resolve(undefined)
      return Promise.resolve(next)
    }
    const kept = keepAlive(first, { start, report: (line) => reports.push(line) }, fakeClock())
    first.die()
    await up.promise
    expect(reports.filter((line) => line === 'the disk is full')).toHaveLength(2)
    await kept.stop()
    expect(next.stopped()).toBe(true)
  })

  it('is left alone after an ending that forbids another try', async () => {
    const first = daemon(1)
    let starts = 0
    const start = (): Promise<Daemon> => {
      starts += 1
      return Promise.resolve(daemon(2))
    }
    const kept = keepAlive(first, { start, report: silent, refuses: ({ code }) => code === 78 }, fakeClock())
    first.die({ code: 78, signal: null })
    expect(await kept.refused).toEqual({ code: 78, signal: null })
    expect(starts).toBe(0)
  })

  it('is stopped as well when it was just being started', async () => {
    const first = daemon(1)
    const next = daemon(2)
    const asked = Promise.withResolvers<undefined>()
    const late = Promise.withResolvers<Daemon>()
    const start = (): Promise<Daemon> => {
      asked.resolve(undefined)
      return late.promise
    }
    const kept = keepAlive(first, { start, report: silent }, fakeClock())
    first.die()
    await asked.promise
    const stopping = kept.stop()
    late.resolve(next)
    await stopping
    expect(next.stopped()).toBe(true)
  })
})
