/**
 * Reads a table of customers as spreadsheets save it (RFC 4180): commas, semicolons or tabs between the cells, quotes around
 * those that hold such a sign. The first row may name its columns; else the number comes first and the name second.
 */
import Papa from 'papaparse'

export type Row = Readonly<{
  /** As a spreadsheet counts them, from 1. */
  row: number
  /** As it is written there. */
  number: string
  name: string | null
}>

export const rowProblems = ['no-number', 'too-long', 'open-quote'] as const
export type RowProblem = Readonly<{ row: number; problem: (typeof rowProblems)[number] }>
export type Rows = Readonly<{ rows: readonly Row[]; problems: readonly RowProblem[] }>

export const longestNumber = 40
export const longestName = 200

/** What a column of numbers, or of names, is called in the languages that the pages speak. */
const numberHeads = /^(phone|telephone|tel|mobile|number|numar|număr|telefon|numer|nomor|telepon|номер|телефон)/i
const nameHeads = /^(name|customer|nume|client|imi|nazw|klient|nama|pelanggan|имя|клиент|фио)/i

type Cells = Readonly<{ row: number; cells: readonly string[] }>

export function readRows(text: string): Rows {
  const { lines, openQuoteAt } = cellsOf(text.replace(/^\uFEFF/, ''))
  const [first] = lines
  const hasHead = first !== undefined && first.cells.every((cell) => !/\d/.test(cell))
  const numberAt = hasHead ? Math.max(0, columnOf(first.cells, numberHeads)) : 0
  const named = hasHead ? columnOf(first.cells, nameHeads) : -1
  const nameAt = named >= 0 && named !== numberAt ? named : numberAt === 0 ? 1 : 0
  const rows: Row[] = []
  const problems: RowProblem[] = openQuoteAt === null ? [] : [{ row: openQuoteAt, problem: 'open-quote' }]
  for (const { row, cells } of hasHead ? lines.slice(1) : lines) {
    if (row === openQuoteAt) continue
    const number = (cells[numberAt] ?? '').trim()
    const name = printable(cells[nameAt] ?? '').trim()
    if (number === '') problems.push({ row, problem: 'no-number' })
    else if (number.length > longestNumber || name.length > longestName) problems.push({ row, problem: 'too-long' })
    else rows.push({ row, number, name: name === '' ? null : name })
  }
  return { rows, problems: problems.toSorted((a, b) => a.row - b.row) }
}

/** -1: none is called so. */
const columnOf = (cells: readonly string[], head: RegExp): number => cells.findIndex((cell) => head.test(cell.trim()))

const printable = (text: string): string => text.replace(/\p{Cc}/gu, ' ')

/** Empty lines are passed over; a quote that is never closed takes the rest of the text with it. */
function cellsOf(text: string): { lines: Cells[]; openQuoteAt: number | null } {
  const unified = text.replace(/\r\n?/g, '\n')
  const { data, errors } = Papa.parse<string[]>(unified, { newline: '\n', delimiter: delimiterOf(unified) })
  const openQuote = errors.find(({ code }) => code === 'MissingQuotes')
  const lines = data
    .map((cells, i) => ({ row: i + 1, cells }))
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
  return { lines, openQuoteAt: openQuote === undefined ? null : (openQuote.row ?? 0) + 1 }
}

/** Whichever of them the first line has most of; names hold commas more often than the others, which win a tie. */
function delimiterOf(text: string): string {
  const first = text.split('\n').find((line) => line.trim() !== '') ?? ''
  const count = (sign: string): number => first.split(sign).length
  return [';', '\t'].reduce((best, sign) => (count(sign) > 1 && count(sign) >= count(best) ? sign : best), ',')
}
