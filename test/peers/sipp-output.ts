import { existsSync, readFileSync } from 'node:fs'

export type SippCounts = {
  created: number
  successful: number
  failed: number
}

/** The totals of SIPp's `-trace_stat` file: its last line. */
export function parseSippStatistics(csv: string): SippCounts {
  const lines = csv.trim().split('\n')
  const names = lines[0]?.split(';') ?? []
  const last = lines.length > 1 ? (lines.at(-1)?.split(';') ?? []) : []
  const count = (name: string) => Number(last[names.indexOf(name)] ?? 0)
  return {
    created: count('TotalCallCreated'),
    successful: count('SuccessfulCall(C)'),
    failed: count('FailedCall(C)'),
  }
}

export type SippMessage = {
  at: Date
  direction: 'sent' | 'received'
  /** `INVITE sip:… SIP/2.0` or `SIP/2.0 200 OK`. */
  startLine: string
  text: string
}

/** The SIP messages of a `-trace_msg` file, in the order in which SIPp handled them. */
export function parseSippMessages(log: string): SippMessage[] {
  return log.split(/^-{20,} */m).flatMap((part) => {
    const match = /^(\S+ \S+)[^\n]*\n\w+ message (sent|received)[^\n]*\n\s*([\s\S]*)$/.exec(part)
    const [, at, direction, text] = match ?? []
    if (at === undefined || text === undefined) return []
    const startLine = text.split(/\r?\n/, 1)[0] ?? ''
    return [
      { at: new Date(at.replace(' ', 'T')), direction: direction === 'sent' ? 'sent' : 'received', startLine, text },
    ]
  })
}

export function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
