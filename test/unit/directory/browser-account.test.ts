import { describe, expect, it } from 'vitest'
import { browserAccount } from '../../../src/directory/browser-account.ts'
import { ha1Of } from '../../../src/directory/sip-account.ts'

const account = { agentId: 'ana', username: 'ana', ha1: ha1Of('ana', 'a secret'), realm: 'centralita' }
const noon = Date.parse('2026-03-02T12:30:00Z')

describe('the account of an agent’s browser', () => {
  it('is the same for everybody who derives it, until its period ends', () => {
    const one = browserAccount(account, noon)
    expect(browserAccount(account, one.endsAt - 1)).toEqual(one)
    expect(one.ha1).toBe(ha1Of('ana-web', one.password))
    expect(browserAccount(account, one.endsAt).password).not.toBe(one.password)
  })

  it('shares no secret with the phone, and changes with it', () => {
    const one = browserAccount(account, noon)
    expect(JSON.stringify(one)).not.toContain(account.ha1)
    const other = browserAccount({ ...account, ha1: ha1Of('ana', 'another secret') }, noon)
    expect(other.password).not.toBe(one.password)
  })
})
