import { describe, expect, it } from 'vitest'
import { causeOf } from '../../../src/channels/voice/hangup-cause.ts'
import { declineReasonOf } from '../../../src/core/call/call.ts'

describe('what a phone answers to an offer', () => {
  // Asterisk's own cause beside each, as its pjsip channel sets it.
  it.each([
    [408, 19, 'phone-unreachable'],
    [480, 19, 'do-not-disturb'],
    [486, 17, 'phone-busy'],
    [600, 17, 'phone-busy'],
    [603, 21, 'rejected'],
    [403, 21, 'rejected'],
    [503, 34, 'failed'],
    [null, 20, 'phone-unreachable'],
    [480, 26, null],
    [486, 26, null],
  ])('%s with cause %i means %s', (sip, cause, meaning) => expect(declineReasonOf(causeOf(sip, cause))).toBe(meaning))
})
