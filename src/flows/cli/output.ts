/** How the command line shows findings and asks for attention: plain lines that editors can jump to. */
import type { Finding } from '../../core/flow/finding.ts'

export type Print = (line: string) => void

/** `file:line:column: error code: message`, and the line it is about. */
export function printFinding(
  print: Print,
  path: string,
  source: string,
  { severity, code, message, at }: Finding,
): void {
  print(`${path}:${at.line}:${at.column}: ${severity} ${code}: ${message}`)
  const line = source.split('\n')[at.line - 1]
  if (line === undefined || line.trim() === '') return
  // A long line is shown from a little before the place.
  const from = Math.max(0, at.column - 60)
  const start = from > 0 ? '…' : ''
  print(`    ${start}${line.slice(from, from + 110)}`)
  print(`    ${' '.repeat(start.length + at.column - 1 - from)}^`)
}

/** A mistake in how the command was called, not in a flow. */
export class UsageError extends Error {}

export const exitCodes = { fine: 0, found: 1, usage: 2 } as const
