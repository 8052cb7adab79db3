import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CallCentre } from '../peers/call-centre.ts'
import { eventually } from '../peers/poll.ts'
import { RawSip } from '../peers/raw-sip.ts'
import type { Answer } from '../peers/service.ts'
import { authentication } from '../peers/sip-agent.ts'
import { startSipp } from '../peers/sipp.ts'

let centre: CallCentre
let server: { host: string; port: number }

beforeAll(async () => {
  centre = await CallCentre.start()
  server = { host: centre.service.asterisk.sipHost, port: centre.service.asterisk.sipPort }
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(() => centre.queue())
afterEach(() => centre.leavesNoGhost())

/** Guesses passwords of an account from an address, with SIPp; stops at the first guess that nobody looks at any more. */
async function guessPasswords(address: string, guesses: number): Promise<void> {
  const { host, port } = server
  const values = { username: 'ana', authentication: authentication('ana', 'wrong'), contactPort: 5999, expiresS: 60 }
  const args = ['-i', address]
  await using sipp = await startSipp({
    scenario: 'register',
    values,
    host,
    port,
    calls: guesses,
    rate: 5,
    limit: 1,
    args,
    timeoutMs: 20_000,
  })
  await banned(address)
  await sipp.kill()
}

async function banned(address: string): Promise<Answer> {
  let last: Answer
  return eventually(
    async () => {
      last = (await centre.service.api('GET', '/api/bans')).items
      return last.find((ban: Answer) => ban.address === address && ban.active)
    },
    { withinMs: 20_000, what: () => `a ban of ${address}; there are ${JSON.stringify(last)}` },
  )
}

/** What an OPTIONS from there is answered with: 403 where nobody listens to it any more. */
async function knock(address: string): Promise<number> {
  await using peer = await RawSip.open(server, address)
  return await peer.request({ method: 'OPTIONS', to: '1000' })
}

const answersWith = (address: string, status: number) =>
  eventually(async () => (await knock(address)) === status, { withinMs: 10_000, what: `${status} for ${address}` })

describe('somebody who guesses passwords', () => {
  it('is shut out for a time, and nobody else is; an admin sees it and lets them in again', async () => {
    await guessPasswords('127.0.0.51', 30)
    await answersWith('127.0.0.51', 403)
    expect(await knock('127.0.0.52')).toBe(200)
    await using caller = await centre.caller('line')
    expect(await banned('127.0.0.51')).toMatchObject({ reason: 'wrong-password', count: 1, liftedAt: null })
    expect(await centre.service.request('GET', '/api/bans', undefined, 'ana')).toMatchObject({ status: 403 })
    await centre.service.api('DELETE', '/api/bans/127.0.0.51')
    await answersWith('127.0.0.51', 200)
    const { items } = await centre.service.api('GET', '/api/audit?subjectKind=ban')
    expect(items[0]).toMatchObject({ action: 'lift-ban', subject: { id: '127.0.0.51' }, actor: { name: 'admin' } })
    await caller.hangup()
  })

  it('stays shut out when Asterisk starts anew', async () => {
    await centre.service.api('POST', '/api/bans', { address: '127.0.0.53', minutes: 5 })
    await answersWith('127.0.0.53', 403)
    await centre.service.asterisk.restart()
    await centre.service.healthy()
    await answersWith('127.0.0.53', 403)
    await centre.service.api('DELETE', '/api/bans/127.0.0.53')
  })
})

describe('somebody who looks for what can be called', () => {
  it('is shut out', async () => {
    await using peer = await RawSip.open(server, '127.0.0.54')
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) statuses.push(await peer.request({ method: 'INVITE', to: `900${i}`, sdp: true }))
    expect(statuses[0]).toBe(404)
    expect(await banned('127.0.0.54')).toMatchObject({ reason: 'unknown-number' })
    await answersWith('127.0.0.54', 403)
  })

  it('finds no account by trying to register, whatever it has Asterisk write into the log', async () => {
    await using peer = await RawSip.open(server, '127.0.0.55')
    for (let i = 0; i < 12; i++) {
      const callId = `${i}",SecurityEvent="SuccessfulAuth`
      await peer.request({ method: 'REGISTER', to: `${100 + i}`, from: `${100 + i}`, callId })
    }
    expect(await banned('127.0.0.55')).toMatchObject({ reason: 'unknown-account' })
    await answersWith('127.0.0.55', 403)
  })
})

it('never shuts out what the operator exempts', async () => {
  expect(await centre.service.request('POST', '/api/bans', { address: '127.0.0.1' })).toMatchObject({ status: 400 })
  expect(await centre.service.request('POST', '/api/bans', { address: 'example.org' })).toMatchObject({ status: 400 })
})
