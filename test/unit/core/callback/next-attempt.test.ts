import { describe, expect, it } from 'vitest'
import { nextAttemptAfterMs } from '../../../../src/core/callback/next-attempt.ts'

const rule = { most: 3, everyMs: 300_000 }

describe('a callback that did not reach its customer', () => {
  it.each(['busy', 'no-answer', 'rejected', 'no-key', 'hung-up', 'limit-reached', 'closed', 'q850-41'])(
    'is tried again after a while: %s',
    (reason) => expect(nextAttemptAfterMs({ attempts: 2, reason }, rule)).toBe(300_000),
  )

  it('has failed after the last attempt', () => {
    expect(nextAttemptAfterMs({ attempts: 3, reason: 'busy' }, rule)).toBeNull()
  })

  it.each(['wrong-number', 'destination-not-allowed', 'emergency-callback', 'not-a-number', 'no-trunk'])(
    'has failed at once when another attempt would change nothing: %s',
    (reason) => expect(nextAttemptAfterMs({ attempts: 1, reason }, rule)).toBeNull(),
  )
})
