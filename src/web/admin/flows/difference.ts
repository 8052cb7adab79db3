/** Two texts line by line: what stayed, what went, what came. Pure. */
export type DiffLine = Readonly<{
  kind: 'same' | 'gone' | 'new'
  text: string
  /** Counted from 1; null where the line isn't in that text. */
  before: number | null
  after: number | null
}>

/** More than this many pairs to look at, and the middle is told as gone and new. */
const mostPairs = 4_000_000

export function difference(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  const [midA, midB] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)]
  return [
    ...a.slice(0, head).map((text, i) => same(text, i, i)),
    ...middle(midA, midB, head),
    ...a.slice(a.length - tail).map((text, i) => same(text, a.length - tail + i, b.length - tail + i)),
  ]
}

const same = (text: string, i: number, j: number): DiffLine => ({ kind: 'same', text, before: i + 1, after: j + 1 })
const gone = (text: string, i: number): DiffLine => ({ kind: 'gone', text, before: i + 1, after: null })
const came = (text: string, j: number): DiffLine => ({ kind: 'new', text, before: null, after: j + 1 })

/** Along the longest common subsequence. `from`: how many lines lie before in both. */
function middle(a: readonly string[], b: readonly string[], from: number): DiffLine[] {
  if (a.length * b.length > mostPairs)
    return [...a.map((text, i) => gone(text, from + i)), ...b.map((text, j) => came(text, from + j))]
  const width = b.length + 1
  const common = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number): number => common[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]]
    if (left !== undefined && left === right) lines.push(same(left, from + i++, from + j++))
    else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1)))
      lines.push(gone(left, from + i++))
    else if (right !== undefined) lines.push(came(right, from + j++))
  }
  return lines
}

/** Unchanged stretches shortened to `context` lines around what changed; null stands for what was left out. */
export function shortened(lines: readonly DiffLine[], context = 3): readonly (DiffLine | null)[] {
  const isNear = lines.map((_, i) =>
    lines.slice(Math.max(0, i - context), i + context + 1).some((it) => it.kind !== 'same'),
  )
  return lines.flatMap((line, i) => (isNear[i] === true ? [line] : isNear[i - 1] === true || i === 0 ? [null] : []))
}
