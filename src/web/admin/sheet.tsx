/** A grid that is walked with the arrows (WAI-ARIA's grid): one stop for Tab, the cell that was left last. */
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import styles from './sheet.module.css'

type Row = Readonly<{ id: string; name: string; isEdited: boolean }>
type Column = Readonly<{ id: string; name: string; head: ReactNode }>

type SheetProps = Readonly<{
  label: string
  corner: string
  rows: readonly Row[]
  columns: readonly Column[]
  cellOf(rowId: string, columnId: string): string
  /** A digit that was pressed, or `next` for a click, Space and Enter. */
  onSet(rowId: string, columnId: string, value: 'next' | number): void
}>

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

export function Sheet({ label, corner, rows, columns, cellOf, onSet }: SheetProps) {
  const table = useRef<HTMLTableElement>(null)
  const [at, setAt] = useState<readonly [number, number]>([0, 0])
  const clamp = (n: number, count: number): number => Math.max(0, Math.min(count - 1, n))
  const [y, x] = [clamp(at[0], rows.length), clamp(at[1], columns.length)]
  const moveTo = (row: number, column: number): void => {
    const next = [clamp(row, rows.length), clamp(column, columns.length)] as const
    setAt(next)
    table.current?.querySelector<HTMLElement>(`[data-at="${next.join(',')}"]`)?.focus()
  }
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const [row, column] = [rows[y], columns[x]]
    const step = steps[event.key]
    if (step !== undefined) moveTo(y + step[0], x + step[1])
    else if (event.key === 'Home') moveTo(y, 0)
    else if (event.key === 'End') moveTo(y, columns.length - 1)
    else if (row === undefined || column === undefined) return
    else if (/^\d$/.test(event.key)) onSet(row.id, column.id, Number(event.key))
    else if (event.key === ' ' || event.key === 'Enter') onSet(row.id, column.id, 'next')
    else if (event.key === 'Delete' || event.key === 'Backspace') onSet(row.id, column.id, 0)
    else return
    event.preventDefault()
  }
  return (
    <div className={styles.scroll}>
      <table ref={table} role="grid" aria-label={label} className={styles.sheet}>
        <thead>
          <tr>
            <th scope="col">{corner}</th>
            {columns.map(({ id, head }) => (
              <th key={id} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={press}>
          {rows.map((row, i) => (
            <tr key={row.id} data-edited={row.isEdited}>
              <th scope="row">{row.name}</th>
              {columns.map((column, j) => {
                const value = cellOf(row.id, column.id)
                return (
                  <td
                    key={column.id}
                    role="gridcell"
                    data-at={`${i},${j}`}
                    data-filled={value !== ''}
                    tabIndex={i === y && j === x ? 0 : -1}
                    aria-label={`${row.name}, ${column.name}: ${value === '' ? '–' : value}`}
                    onFocus={() => setAt([i, j])}
                    onClick={() => onSet(row.id, column.id, 'next')}
                  >
                    {value === '' ? '·' : value}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
