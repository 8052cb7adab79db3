/** Tells a database that is away for a while from a mistake of ours. */

// Connection exceptions (08), insufficient resources (53: a full disk among them), operator intervention (57P), a disk that fails
// (58030): https://www.postgresql.org/docs/current/errcodes-appendix.html
const awayStates = /^(08...|53[123]00|57P0[123]|58030)$/
const diskFull = new Set(['53100', 'ENOSPC', 'EDQUOT'])
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

/** Of the database, or of this machine: what was to be kept was not. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && diskFull.has(error.code)
}
