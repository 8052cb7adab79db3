/** Durations in microseconds, kept whole: percentiles of a benchmark are read off, not estimated. */
export class Latencies {
  readonly #all: number[] = []

  add(microseconds: number): void {
    this.#all.push(microseconds)
  }

  figures(): Figures {
    const sorted = Float64Array.from(this.#all).sort()
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
    const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length
    return { count: sorted.length, mean, p50: at(0.5), p99: at(0.99), max: at(1) }
  }
}

export type Figures = Readonly<{ count: number; mean: number; p50: number; p99: number; max: number }>
