/** How long contacts keep an agent: a mean in which recent ones count most. */
export type HandlingTimes = { count: number; meanMs: number }

/** The mean looks back over about this many contacts. */
const memory = 50

export function addHandlingTime(times: HandlingTimes, handlingMs: number): void {
  times.count += 1
  times.meanMs += (handlingMs - times.meanMs) / Math.min(times.count, memory)
}
