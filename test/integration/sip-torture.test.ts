import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { CallCentre } from '../peers/call-centre.ts'
import { RawSip } from '../peers/raw-sip.ts'
import { damagedMessages, tortureMessages } from '../peers/torture.ts'

const damagedCount = 10_000
const seed = 4475
/** Sent at once, before Asterisk is asked whether it still listens. */
const burst = 250
/** Not exempt from bans: who sends such things is shut out, and then nothing of it is looked at any more. */
const server = () => ({ host: centre.service.asterisk.sipHost, port: centre.service.asterisk.sipPort })

let centre: CallCentre

beforeAll(async () => {
  centre = await CallCentre.start()
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(() => centre.queue())

/** A caller and an agent, put through by the router, hear each other. */
async function routesARealCall(): Promise<void> {
  await using agent = await centre.service.agentPhone('ana', 440)
  const { id, caller } = await centre.talk(agent)
  await caller.hangup()
  await agent.closed()
  expect(await centre.ended(id)).toMatchObject({ outcome: 'answered' })
  await centre.offline('ana')
  await caller[Symbol.asyncDispose]()
}

/** Its requests come from the address that is never banned, so that all of it is looked at. */
async function isAlive(peer: RawSip, pid: number): Promise<void> {
  expect(await peer.request({ method: 'OPTIONS', to: '1000' })).toBe(200)
  expect(centre.service.asterisk.pid).toBe(pid)
}

it('the 49 torture messages of RFC 4475 leave a service that routes the next call', async () => {
  const messages = tortureMessages()
  expect(messages).toHaveLength(49)
  const { pid } = centre.service.asterisk
  await using peer = await RawSip.open(server())
  for (const { bytes } of messages) {
    peer.send(bytes)
    await isAlive(peer, pid)
  }
  await routesARealCall()
})

it('so do ten thousand that were damaged by chance', async () => {
  const { pid } = centre.service.asterisk
  await using peer = await RawSip.open(server())
  let sent = 0
  const valid = tortureMessages().map(({ bytes }) => bytes)
  for (const message of damagedMessages(valid, damagedCount, seed)) {
    peer.send(message)
    sent++
    if (sent % burst === 0) await isAlive(peer, pid)
  }
  expect(sent).toBe(damagedCount)
  await routesARealCall()
})
