/** In which order articles are offered: how well they match, moved by whether they helped those who read them. */

export type Candidate = Readonly<{
  articleId: string
  language: string
  /** 0 to 1: of the words. */
  match: number
  helped: number
  notHelped: number
}>

/** As many readers are taken for granted on either side before the first has spoken: one voice decides nothing. */
const assumed = 3

/** 0 to 1; one half while nobody has said anything. */
export function helpfulness({ helped, notHelped }: Pick<Candidate, 'helped' | 'notHelped'>): number {
  return (helped + assumed) / (helped + notHelped + 2 * assumed)
}

/**
 * One entry for each article: in the first of these languages that it is published in, else in any. The best first; among
 * equals the order is that of their ids.
 */
export function ranked<T extends Candidate>(
  candidates: readonly T[],
  languages: readonly string[],
  limit: number,
): T[] {
  const place = ({ language }: Candidate): number => {
    const i = languages.indexOf(language)
    return i === -1 ? languages.length : i
  }
  const best = new Map<string, T>()
  for (const candidate of candidates) {
    const other = best.get(candidate.articleId)
    if (other === undefined || place(candidate) < place(other)) best.set(candidate.articleId, candidate)
  }
  const score = (candidate: T): number => candidate.match * (0.5 + helpfulness(candidate))
  return [...best.values()].sort((a, b) => score(b) - score(a) || (a.articleId < b.articleId ? -1 : 1)).slice(0, limit)
}
