// Runs on Node 20, like everything that `npm start` needs before Node 24 is there: plain JavaScript, no packages.

/**
 * One line a step, with the seconds since the command began.
 * @typedef {(line: string) => void} Report
 */

/** @type {Report} */
export const toOutput = (line) => void process.stdout.write(lineOf(line))

/** For commands whose standard output is somebody's input. @type {Report} */
export const toError = (line) => void process.stderr.write(lineOf(line))

function lineOf(line) {
  return `${process.uptime().toFixed(1).padStart(6)} s  ${line}\n`
}

/** Ends the process with one line that says what is wrong and what to do. */
export function fail(message) {
  process.stderr.write(`centralita: ${message}\n`)
  process.exit(1)
}
