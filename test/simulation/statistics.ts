/** Confidence intervals from batch means, sharpened by control variates: figures of each batch whose mean is known to be 0. */

export type Interval = Readonly<{ mean: number; halfWidth: number }>

/** Two-sided, at 99.9 %. */
export function interval(batches: readonly number[], controls: readonly (readonly number[])[] = []): Interval {
  const coefficients = regression(batches, controls)
  const controlled = batches.map((value, batch) =>
    coefficients.reduce((sum, coefficient, i) => sum - coefficient * (controls[i]?.[batch] ?? 0), value),
  )
  const mean = meanOf(controlled)
  const freedom = batches.length - 1 - controls.length
  const variance = controlled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / freedom
  return { mean, halfWidth: studentAt999(freedom) * Math.sqrt(variance / batches.length) }
}

export const contains = ({ mean, halfWidth }: Interval, value: number): boolean => Math.abs(value - mean) <= halfWidth

/** Student's t that is exceeded either way once in a thousand; Abramowitz and Stegun 26.7.5. */
export function studentAt999(freedom: number): number {
  const z = 3.290527
  const first = (z ** 3 + z) / 4
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Least squares of the batches on the controls, by Gaussian elimination with pivoting. */
function regression(batches: readonly number[], controls: readonly (readonly number[])[]): number[] {
  const centred = [...controls, batches].map((values) => {
    const mean = meanOf(values)
    return values.map((value) => value - mean)
  })
  const product = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0)
  const rows = centred.slice(0, -1).map((control) => centred.map((other) => product(control, other)))
  for (let i = 0; i < rows.length; i += 1) {
    const pivot = rows.slice(i).reduce((best, row) => (Math.abs(row[i] ?? 0) > Math.abs(best[i] ?? 0) ? row : best))
    rows.splice(rows.indexOf(pivot), 1)
    rows.splice(i, 0, pivot)
    for (const row of rows) {
      if (row === pivot) continue
      const factor = (row[i] ?? 0) / (pivot[i] ?? 1)
      for (let k = i; k < row.length; k += 1) row[k] = (row[k] ?? 0) - factor * (pivot[k] ?? 0)
    }
  }
  return rows.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1))
}
