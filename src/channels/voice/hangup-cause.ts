/** SIP's own word for how a leg ended, as Q.850 counts: several answers that mean different things share one of Asterisk's causes. */

const q850: Readonly<Record<number, number>> = {
  // No answer at all, which Asterisk takes for a phone that rang (19).
  408: 18,
  // The phone answers that it does not want calls now (RFC 3398 §8.2.6.1 names 31 for it), which Asterisk takes for 19 as well.
  480: 31,
  486: 17,
  600: 17,
  603: 21,
}

/** `sip` null: it ended without an answer of the other side. 26, answered elsewhere, is what a Reason header said (RFC 3326). */
export function causeOf(sip: number | null, cause: number): number {
  if (cause === 26 || sip === null) return cause
  return q850[sip] ?? cause
}
