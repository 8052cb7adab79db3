/** How alike two names are, whatever their order, case and accents: 0 to 1. */

/** Dice's coefficient over the letter pairs of each word: `Ionescu Ana` and `Ana Ionesku` are alike, `Ana` and `Ion` aren't. */
export function nameSimilarity(a: string, b: string): number {
  const [pairsA, pairsB] = [pairsOf(a), pairsOf(b)]
  if (pairsA.length === 0 || pairsB.length === 0) return 0
  const left = new Map<string, number>()
  for (const pair of pairsB) left.set(pair, (left.get(pair) ?? 0) + 1)
  let shared = 0
  for (const pair of pairsA) {
    const count = left.get(pair) ?? 0
    if (count === 0) continue
    left.set(pair, count - 1)
    shared++
  }
  return (2 * shared) / (pairsA.length + pairsB.length)
}

function pairsOf(name: string): string[] {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
  return words.flatMap((word) => {
    const letters = [...` ${word} `]
    return letters.slice(1).map((letter, i) => `${letters[i] ?? ''}${letter}`)
  })
}
