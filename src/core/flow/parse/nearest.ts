/** Longer ones are no slip of the finger, and comparing takes the square of their length. */
const longestName = 100

/** The name that was probably meant, for messages such as «did you mean `timeout`?». */
export function nearest(name: string, names: Iterable<string>): string | null {
  if (name.length > longestName) return null
  const most = Math.max(1, Math.floor(name.length / 3))
  let best: { name: string; distance: number } | null = null
  for (const candidate of names) {
    // Each sign that one has more costs one.
    if (Math.abs(candidate.length - name.length) > most) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance <= most && (!best || distance < best.distance)) best = { name: candidate, distance }
  }
  return best?.name ?? null
}

export function didYouMean(name: string, names: Iterable<string>): string {
  const meant = nearest(name, names)
  return meant === null ? '' : `; did you mean \`${meant}\`?`
}

/** Levenshtein's, with the swap of two neighbours counted as one. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
