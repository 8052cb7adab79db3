/** Matching what was keyed or said with what can be chosen. */

export type KeyMatch =
  | { kind: 'match'; key: string; rest: string }
  /** Longer choices begin like this. `exact`: it is one already, if nothing more comes. */
  | { kind: 'more'; exact: string | null }
  | { kind: 'none' }

export function matchKeys(keys: readonly string[], typed: string): KeyMatch {
  const longer = keys.some((key) => key.length > typed.length && key.startsWith(typed))
  if (longer) return { kind: 'more', exact: keys.includes(typed) ? typed : null }
  const [key] = keys.filter((each) => typed.startsWith(each)).sort((a, b) => b.length - a.length)
  return key === undefined ? { kind: 'none' } : { kind: 'match', key, rest: typed.slice(key.length) }
}

export type Option = Readonly<{ key: string; words: readonly string[] }>

/** The one option whose key or words were said, whole or within a sentence; null when none or several were. */
export function matchWords(options: readonly Option[], said: string): string | null {
  const text = plain(said)
  const exact = options.filter(({ key, words }) => text === key || words.some((each) => plain(each) === text))
  if (exact.length > 0) return exact.length === 1 ? (exact[0]?.key ?? null) : null
  const within = options.filter(({ words }) => words.some((each) => contains(text, plain(each))))
  return within.length === 1 ? (within[0]?.key ?? null) : null
}

function contains(text: string, words: string): boolean {
  return words !== '' && ` ${text} `.includes(` ${words} `)
}

/** Without case, accents and punctuation: `Vânzări!` and `vanzari` are the same. */
export function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}*#]+/gu, ' ')
    .trim()
    .toLowerCase()
}
