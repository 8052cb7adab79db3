/** Tells a database that is away for a while from a mistake of ours. */

// Connection exceptions (08), operator intervention (57P): https://www.postgresql.org/docs/current/errcodes-appendix.html
const awayStates = /^(08...|57P0[123])$/
const awayErrors = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT', 'EHOSTUNREACH', 'ENOTFOUND'])
const awayMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection|Query read timeout)/

export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'KnexTimeoutError' || awayMessages.test(error.message)) return true
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (awayErrors.has(code)) return 'syscall' in error || 'port' in error || 'address' in error
  return awayStates.test(code)
}
