/** Tells a database that is away for a while from a mistake of ours. */

// Connection exceptions (08), insufficient resources (53: a full disk among them), operator intervention (57P), a disk that fails
// (58030): https://www.postgresql.org/docs/current/errcodes-appendix.html
const awayStates = /^(08...|53[123]00|57P0[123]|58030)$/
const diskFull = new Set(['53100', 'ENOSPC', 'EDQUOT'])
const awayErrors = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT', 'EHOSTUNREACH', 'ENOTFOUND'])
/** Whole ones: a value that a message quotes must not make an outage of it. knex writes the statement before them. */
const awayMessages =
  /(?:^| - )(?:Connection terminated[a-z ]*|timeout exceeded when trying to connect|Client has encountered a connection error and is not queryable|Query read timeout)$/

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

/** A NUL, or half of a surrogate pair: no text of Postgres holds them (22021 in a text, 22P05 in JSON). */
export function isUnstorableText(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return error.code === '22021' || error.code === '22P05'
}
