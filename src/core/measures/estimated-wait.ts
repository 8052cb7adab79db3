/**
 * Estimated wait, as a quantile. While all agents are busy, the gaps between two that become free are about exponential
 * with mean `meanHandlingMs / agents`; so many of them as there are places to go make a gamma distribution.
 */
export type WaitEstimate = Readonly<{
  /** 1: the next in line. */
  position: number
  /** Signed in and suitable. */
  agents: number
  meanHandlingMs: number
  /** Between 0 and 1, both excluded. */
  quantile: number
}>

/** null: nobody works there, so no wait is likelier than another. */
export function estimateWaitMs({ position, agents, meanHandlingMs, quantile }: WaitEstimate): number | null {
  if (agents <= 0 || position <= 0) return null
  return (meanHandlingMs / agents) * gammaQuantile(position, quantile)
}

/** Of the sum of `shape` exponentials of mean 1, after Wilson and Hilferty (1931); for a single one it is known. */
export function gammaQuantile(shape: number, quantile: number): number {
  if (shape === 1) return -Math.log(1 - quantile)
  const ninth = 1 / (9 * shape)
  return shape * Math.max(0, 1 - ninth + normalQuantile(quantile) * Math.sqrt(ninth)) ** 3
}

/** Abramowitz and Stegun 26.2.23; the error is below 0.00045. */
export function normalQuantile(quantile: number): number {
  if (quantile > 0.5) return -normalQuantile(1 - quantile)
  const t = Math.sqrt(-2 * Math.log(quantile))
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328)
  const denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
  return numerator / denominator - t
}
