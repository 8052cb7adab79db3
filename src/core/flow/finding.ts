/** What is wrong in a flow's file, and where. */

/** Both count from 1. */
export type Position = Readonly<{ line: number; column: number }>

/** An error keeps a flow from being published; a warning doesn't. */
export type Severity = 'error' | 'warning'

/** `code` is stable and looked up in docs/flow-reference.md; `message` says what to change. */
export type Finding = Readonly<{ code: string; severity: Severity; message: string; at: Position }>

type Placed = Readonly<{ at: Position }>

export function byPosition(a: Placed, b: Placed): number {
  return a.at.line - b.at.line || a.at.column - b.at.column
}
