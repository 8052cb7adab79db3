/** Whether and when a customer whom a callback did not reach is called again. */
export type AttemptRule = Readonly<{
  /** Calls in all. */
  most: number
  /** How long the customer is left in peace in between. */
  everyMs: number
}>

/** What another call would not change. */
const hopeless = new Set(['wrong-number', 'not-a-number', 'destination-not-allowed', 'emergency-callback', 'no-trunk'])

/** null: the callback has failed. */
export function nextAttemptAfterMs(
  { attempts, reason }: Readonly<{ attempts: number; reason: string }>,
  { most, everyMs }: AttemptRule,
): number | null {
  return attempts >= most || hopeless.has(reason) ? null : everyMs
}
