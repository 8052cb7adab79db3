/**
 * What queueing theory says of one skill: Poisson arrivals, exponential handling times, first come first served. Times are
 * in mean handling times, the load in erlangs (arrivals per mean handling time).
 */

/** Probability that all agents are busy when nobody waits (M/M/c/c). */
export function erlangB(agents: number, load: number): number {
  let blocked = 1
  for (let i = 1; i <= agents; i += 1) blocked = (load * blocked) / (i + load * blocked)
  return blocked
}

/** Everyone waits as long as it takes (M/M/c); the load must be below the number of agents. */
export function erlangC(agents: number, load: number): { waiting: number; meanWait: number } {
  const blocked = erlangB(agents, load)
  const waiting = (agents * blocked) / (agents - load * (1 - blocked))
  return { waiting, meanWait: waiting / (agents - load) }
}

/** Who waits loses patience after an exponential time (M/M/c+M); mean wait of all, also of those who gave up. */
export function erlangA(
  agents: number,
  load: number,
  meanPatience: number,
): { waiting: number; abandoning: number; meanWait: number } {
  // Stationary weights of 0, 1, 2, … in the system; beyond the last one they are too small to count.
  const weights = [1]
  for (let n = 1; n < agents + 100_000; n += 1) {
    const leaving = Math.min(n, agents) + Math.max(0, n - agents) / meanPatience
    const weight = ((weights[n - 1] ?? 0) * load) / leaving
    weights.push(weight)
    if (n > agents && weight < 1e-18) break
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const waiting = weights.slice(agents).reduce((sum, weight) => sum + weight, 0) / total
  const queueLength = weights.slice(agents).reduce((sum, weight, waiters) => sum + weight * waiters, 0) / total
  return { waiting, abandoning: queueLength / meanPatience / load, meanWait: queueLength / load }
}

/**
 * Blocking of each kind of contact when all share `units` and nobody waits: a contact of a kind takes `size` units for its
 * handling time (Kaufman 1981, Roberts 1981). Exact for one agent's capacity.
 */
export function kaufmanRoberts(units: number, kinds: readonly Readonly<{ load: number; size: number }>[]): number[] {
  const weights = [1]
  for (let n = 1; n <= units; n += 1) {
    const weight = kinds.reduce((sum, { load, size }) => sum + load * size * (weights[n - size] ?? 0), 0) / n
    weights.push(weight)
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return kinds.map(({ size }) => weights.slice(units - size + 1).reduce((sum, weight) => sum + weight, 0) / total)
}
