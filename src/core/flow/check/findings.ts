import type { Finding, Position } from '../finding.ts'

export function error(code: string, at: Position, message: string): Finding {
  return { code, severity: 'error', message, at }
}

export function warning(code: string, at: Position, message: string): Finding {
  return { code, severity: 'warning', message, at }
}
