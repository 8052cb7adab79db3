import { setTimeout as delay } from 'node:timers/promises'

export type PollBound = {
  /** Longest wait in milliseconds, 1 to 600,000; then `eventually` throws, saying `what` it waited for. */
  withinMs: number
  /** Pause between two looks in milliseconds, default 50. */
  everyMs?: number
  /** What was awaited, for the error; a function is asked when the time is over. */
  what: string | (() => string)
}

/** Looks again and again until `look` gives a value (anything but undefined or false). */
export async function eventually<T>(
  look: () => T | Promise<T>,
  bound: PollBound,
): Promise<Exclude<T, undefined | false>> {
  const deadline = performance.now() + bound.withinMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>
    if (performance.now() >= deadline) {
      const what = typeof bound.what === 'string' ? bound.what : bound.what()
      throw new Error(`not within ${bound.withinMs} ms: ${what}`)
    }
    await delay(bound.everyMs ?? 50)
  }
}
