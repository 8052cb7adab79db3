/** Puts customers on a list, from a table or from a search, and says of every row that it can't take why. */
import { randomUUID } from 'node:crypto'
import { readRows, rowProblems } from './rows.ts'
import { invalid } from '../platform/http/errors.ts'
import { countEntries, insertEntries, knownBehind, type NewEntry } from './entry-store.ts'
import type { PreviewPorts } from './ports.ts'

export const mostRows = 10_000
const mostOnList = 50_000
const mostFound = 2_000
/** Of one kind of trouble there is nothing to learn from the thousandth row. */
const mostProblems = 500
const rowsAtOnce = 1_000

export const fillProblems = [...rowProblems, 'not-a-number', 'not-allowed', 'twice'] as const

export type FillProblem = Readonly<{
  /** As a spreadsheet counts; of a search, as it was found. */
  row: number
  /** As it is written there. */
  number: string | null
  problem: (typeof fillProblems)[number]
}>

export type Filled = Readonly<{
  added: number
  /** On the list before: they stay as they are. */
  there: number
  /** On the list, and never called: they asked for it. */
  doNotCall: number
  problems: readonly FillProblem[]
  /** With those beyond what is shown. */
  problemCount: number
}>

type Wanted = Readonly<{ row: number; number: string | null; name: string | null }>

export async function fillFromTable(ports: PreviewPorts, listId: string, text: string): Promise<Filled> {
  const { rows, problems } = readRows(text)
  if (rows.length + problems.length > mostRows)
    throw invalid(`body.csv: has more than ${mostRows} rows: put them on the list in parts`)
  if (rows.length + problems.length === 0) throw invalid('body.csv: has no rows')
  const unread = problems.map((problem) => ({ ...problem, number: null }))
  return fill(ports, listId, rows, unread)
}

export async function fillFromSearch(ports: PreviewPorts, listId: string, search: string): Promise<Filled> {
  const found = await ports.foundCustomers(search, mostFound + 1)
  if (found.length > mostFound)
    throw invalid(`body.search: finds more than ${mostFound} customers: search more narrowly`)
  const rows = found.map(({ name, number }, i) => ({ row: i + 1, number, name }))
  return fill(ports, listId, rows, [])
}

async function fill(
  ports: PreviewPorts,
  listId: string,
  rows: readonly Wanted[],
  unread: readonly FillProblem[],
): Promise<Filled> {
  const { knex } = ports.database
  if ((await countEntries(knex, listId)) + rows.length > mostOnList)
    throw invalid(`a list holds ${mostOnList} customers at most: make another one`)
  const { good, problems } = sorted(ports, rows)
  const all = [...unread, ...problems].toSorted((a, b) => a.row - b.row)
  const at = ports.now()
  let [added, doNotCall] = [0, 0]
  for (let from = 0; from < good.length; from += rowsAtOnce) {
    const entries = await entriesOf(ports, good.slice(from, from + rowsAtOnce))
    const isNew = await insertEntries(knex, listId, entries, at)
    added += isNew.size
    doNotCall += entries.filter(({ number, state }) => state === 'left-out' && isNew.has(number)).length
  }
  const there = good.length - added
  return { added, there, doNotCall, problems: all.slice(0, mostProblems), problemCount: all.length }
}

type Good = Readonly<{ number: string; name: string | null }>

function sorted(ports: PreviewPorts, rows: readonly Wanted[]): { good: Good[]; problems: FillProblem[] } {
  const seen = new Set<string>()
  const good: Good[] = []
  const problems: FillProblem[] = []
  for (const { row, number: written, name } of rows) {
    const number = written === null ? null : ports.numberOf(written)
    const trouble = (problem: FillProblem['problem']) => problems.push({ row, number: written, problem })
    if (written === null) trouble('no-number')
    else if (number === null) trouble('not-a-number')
    else if (seen.has(number)) trouble('twice')
    else if (ports.neverLetOut(number) !== null) trouble('not-allowed')
    else {
      seen.add(number)
      good.push({ number, name })
    }
  }
  return { good, problems }
}

async function entriesOf({ database }: PreviewPorts, rows: readonly Good[]): Promise<NewEntry[]> {
  const known = await knownBehind(
    database.knex,
    rows.map(({ number }) => number),
  )
  return rows.map(({ number, name }) => {
    const customer = known.get(number)
    const isLeftOut = customer?.doNotCall === true
    return {
      ...{ id: randomUUID(), number, name, customerId: customer?.customerId ?? null },
      ...(isLeftOut
        ? { state: 'left-out' as const, outcome: 'do-not-call' }
        : { state: 'waiting' as const, outcome: null }),
    }
  })
}
