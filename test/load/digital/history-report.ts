/** The figures of a large history beside those of one of a tenth, as a table; what is returned goes into the last line. */
import { measureHistory, type HistoryFigures } from './history.ts'

const rounded = (value: number): number => Math.round(value * 10) / 10

/** `messages`: of the large one, a number of hundred thousands from two millions on. `folder`: keeps both; null: nothing. */
export async function reportHistory(
  messages: number,
  folder: string | null,
): Promise<Readonly<Record<string, number>>> {
  if (!Number.isInteger(messages / 100_000) || messages < 2_000_000)
    throw new Error('--messages: a number of hundred thousands, 2000000 or more')
  const small = await measureHistory(messages / 10, folder)
  console.log(`${small.messages} messages: made in ${small.madeInS} s`)
  const large = await measureHistory(messages, folder)
  console.log(`${large.messages} messages: made in ${large.madeInS} s`)

  const row = ({ reads }: HistoryFigures, name: string) => reads[name] ?? { p50: NaN, p99: NaN, max: NaN }
  const growth = (name: string): number => rounded(row(large, name).p50 / row(small, name).p50)
  const names = Object.keys(large.reads)
  const lines = names.map((name) => {
    const { p50, p99, max } = row(large, name)
    const figures = { 'p50 ms': rounded(p50), 'p99 ms': rounded(p99), 'max ms': rounded(max) }
    return [name, { ...figures, 'p50 ms of a tenth': rounded(row(small, name).p50), growth: growth(name) }]
  })
  console.table(Object.fromEntries(lines))

  const worst = (kind: string, of: 'p50' | 'p99'): number =>
    rounded(Math.max(...names.filter((name) => name.startsWith(kind)).map((name) => row(large, name)[of])))
  return {
    messages,
    timelineP50Ms: worst('timeline', 'p50'),
    timelineP99Ms: worst('timeline', 'p99'),
    searchP50Ms: worst('search', 'p50'),
    searchP99Ms: worst('search', 'p99'),
    timelineGrowthFromTenth: growth('timeline: newest page'),
  }
}
