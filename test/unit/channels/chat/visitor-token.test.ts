import { describe, expect, it } from 'vitest'
import {
  invitationValidMs,
  readInvitation,
  readVisitor,
  signInvitation,
  signVisitor,
} from '../../../../src/channels/chat/visitor-token.ts'

const who = { visitorId: '00000000-0000-4000-8000-000000000001', entryPointId: 'chat-demo' }

describe('what a visitor is known by', () => {
  it('is read by whoever signed it, for as long as it is good', () => {
    const token = signVisitor(who, 'secret', 1_000)
    expect(readVisitor(token, 'secret', 2_000)).toEqual(who)
    expect(readVisitor(token, 'another', 2_000)).toBeNull()
    expect(readVisitor(`${token}x`, 'secret', 2_000)).toBeNull()
    expect(readVisitor(token, 'secret', 1_000 + 401 * 24 * 3_600_000)).toBeNull()
  })

  it('is one thing for a browser and another in a link', () => {
    const code = signInvitation(who, 'secret', 1_000)
    expect(readInvitation(code, 'secret', 1_000 + invitationValidMs)).toEqual(who)
    expect(readInvitation(code, 'secret', 1_001 + invitationValidMs)).toBeNull()
    expect(readVisitor(code, 'secret', 2_000)).toBeNull()
    expect(readInvitation(signVisitor(who, 'secret', 1_000), 'secret', 2_000)).toBeNull()
  })
})
