import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cpuSeconds } from '../peers/process-cpu.ts'
import { startPhone, type PhoneOptions } from '../peers/phone.ts'
import { startTestAsterisk, type TestAsterisk } from '../peers/servers.ts'
import { startSipAgent, type AgentBehaviour } from '../peers/sip-agent.ts'
import { startSipCaller, type CallerBehaviour } from '../peers/sip-caller.ts'
import type { SippMessage } from '../peers/sipp-output.ts'
import type { SippResult } from '../peers/sipp.ts'

/**
 * 103 speaks A-law, so that its calls are decoded. Else Asterisk passes the RTP packets of two mu-law legs on as they
 * are and puts the keys of an INFO between them with sequence numbers of its own: a phone drops one or the other.
 */
const accounts = { '101': 'ulaw', '102': 'ulaw', '103': 'alaw' }
const custom = {
  'extensions.conf': `
[numbers]
exten => echo,1,Answer()
 same => n,Echo()
exten => _10X,1,Dial(PJSIP/\${EXTEN},20)
[from-outside](+)
include => numbers
exten => _[e1]!,1,Goto(numbers,\${EXTEN},1)
`,
  'pjsip.conf': Object.entries(accounts)
    .map(
      ([name, codec]) => `
[${name}]
type = endpoint
context = numbers
disallow = all
allow = ${codec}
direct_media = no
dtmf_mode = auto
auth = ${name}
aors = ${name}
[${name}]
type = auth
auth_type = digest
username = ${name}
password = secret${name}
[${name}]
type = aor
max_contacts = 1
remove_existing = yes
`,
    )
    .join(''),
}

let asterisk: TestAsterisk
let server: { host: string; port: number }

beforeAll(async () => {
  asterisk = await startTestAsterisk({ custom })
  server = { host: asterisk.sipHost, port: asterisk.sipPort }
}, 120_000)

afterAll(async () => {
  await asterisk[Symbol.asyncDispose]()
})

const callerPhone = (more: Partial<PhoneOptions> = {}) =>
  startPhone({ ...server, callerNumber: '+40722000111', toneHz: 1000, ...more })
const agentPhone = (more: Partial<PhoneOptions> = {}) =>
  startPhone({ ...server, username: '101', password: 'secret101', toneHz: 440, ...more })
const sipAgent = (behaviour: AgentBehaviour) =>
  startSipAgent({ ...server, username: '102', password: 'secret102', behaviour, toneHz: 700, calls: 1 })
const sipCaller = (number: string, behaviour: CallerBehaviour) =>
  startSipCaller({ ...server, number, behaviour, callerNumber: '+40722000333', toneHz: 1300 })

/** `>INVITE <180 …`: what SIPp sent and received. */
const ladder = (messages: readonly SippMessage[]) =>
  messages
    .map(({ direction, startLine }) => {
      return (direction === 'sent' ? '>' : '<') + (startLine.replace('SIP/2.0 ', '').split(' ', 1)[0] ?? '')
    })
    .join(' ')
const expectOneGoodCall = (result: SippResult) => {
  expect({ ...result, messages: ladder(result.messages) }).toMatchObject({ successful: 1, failed: 0, exitCode: 0 })
}

describe('a phone', () => {
  it('hears its own tone from an echo, and nothing after it hung up', async () => {
    await using caller = await callerPhone()
    await caller.dial('echo')
    await caller.established()
    await caller.hears(1000)
    expect(caller.strength(1000)).toBeGreaterThan(0.9)
    expect(caller.strength(440)).toBeLessThan(0.05)
    await caller.hangup()
    expect(await caller.closed()).toBe('Connection reset by user')
    await caller.hearsNot(1000, { forMs: 400 })
  })

  it.each(['udp', 'tcp'] as const)(
    'talks to another over %s: each hears the other and not itself',
    async (transport) => {
      await using agent = await agentPhone({ transport })
      await using caller = await callerPhone({ transport, displayName: 'Ana Pop' })
      await caller.dial('101')
      expect(await agent.ringing()).toMatchObject({ callerNumber: '+40722000111', callerName: 'Ana Pop' })
      await caller.remoteRinging()
      expect([caller.state, agent.state]).toEqual(['calling', 'ringing'])
      await agent.answer()
      await Promise.all([agent.established(), caller.established()])
      await Promise.all([agent.hears(1000), caller.hears(440), agent.hearsNot(440), caller.hearsNot(1000)])
      await agent.hangup()
      expect(await caller.closed()).toBe('Connection reset by peer')
      expect([caller.state, await agent.closed()]).toEqual(['idle', 'Connection reset by user'])
    },
  )

  it('presses keys that the other side receives in order', async () => {
    await using agent = await agentPhone({ answer: 'auto' })
    await using caller = await callerPhone()
    await caller.dial('101')
    await Promise.all([agent.established(), caller.established()])
    await caller.digits('1#9')
    expect([await agent.digit(), await agent.digit(), await agent.digit()]).toEqual(['1', '#', '9'])
  })

  it('holds and resumes', async () => {
    await using agent = await agentPhone({ answer: { afterMs: 200 } })
    await using caller = await callerPhone()
    await caller.dial('101')
    await caller.established()
    await caller.hears(440)
    await agent.hold()
    await caller.hearsNot(440)
    await agent.resume()
    await caller.hears(440)
  })

  it('rejects with 486, and rings again for the next call', async () => {
    await using agent = await agentPhone()
    await using caller = await callerPhone()
    await caller.dial('101')
    await agent.ringing()
    await agent.reject()
    expect(await caller.closed()).toBe('486 Busy Here')
    await caller.dial('101')
    await agent.ringing()
    await caller.hangup()
    expect(await agent.closed()).toBe('Connection reset by peer')
  })

  it('is unreachable once unregistered and reachable after it registers again', async () => {
    await using agent = await agentPhone()
    await using caller = await callerPhone()
    await agent.unregister()
    await caller.dial('101')
    expect(await caller.closed()).not.toBe('')
    await agent.register()
    await caller.dial('101')
    await agent.ringing()
  })

  it('is told when the password is wrong', async () => {
    await expect(agentPhone({ password: 'wrong' })).rejects.toThrow('401')
  })

  it('killed, says nothing more, and every wait on it ends at once', async () => {
    await using agent = await agentPhone({ answer: 'auto' })
    await using caller = await callerPhone()
    await caller.dial('101')
    await caller.hears(440)
    const closed = agent.closed()
    await Promise.all([agent.kill(), expect(closed).rejects.toThrow('gone')])
    expect(agent.state).toBe('gone')
    await caller.hearsNot(440, { forMs: 500 })
    expect(caller.state).toBe('established')
  })

  it('costs next to nothing while idle', async () => {
    await using agent = await agentPhone()
    const before = cpuSeconds(agent.pid)
    await agent.hearsNot(440, { forMs: 1000 })
    expect(cpuSeconds(agent.pid) - before).toBeLessThan(0.03)
  })
})

describe('a SIPp caller', () => {
  it('says its tone, then hangs up by itself', async () => {
    await using agent = await agentPhone({ answer: 'auto' })
    await using caller = await sipCaller('101', { does: 'hang-up', talkMs: 1500 })
    expect(await agent.ringing()).toMatchObject({ callerNumber: '+40722000333' })
    await agent.hears(1300)
    expect(await agent.closed()).toBe('Connection reset by peer')
    expectOneGoodCall(await caller.result)
  })

  it.each(['info', 'rfc4733'] as const)('presses keys by %s and waits for the BYE', async (by) => {
    await using agent = await agentPhone({ username: '103', password: 'secret103', answer: 'auto' })
    const behaviour = { does: 'wait-for-bye' } as const
    await using caller = await startSipCaller({
      ...server,
      number: '103',
      behaviour,
      keys: { keys: '12#', by },
      toneHz: 1300,
    })
    expect([await agent.digit(), await agent.digit(), await agent.digit()]).toEqual(['1', '2', '#'])
    await agent.hears(1300)
    await agent.hangup()
    expectOneGoodCall(await caller.result)
  })

  it('gives up while it rings', async () => {
    await using agent = await agentPhone()
    await using caller = await sipCaller('101', { does: 'cancel', ringMs: 200 })
    await agent.ringing()
    expect(await agent.closed()).toBe('Connection reset by peer')
    expectOneGoodCall(await caller.result)
  })

  it('makes many calls and counts them', async () => {
    const behaviour = { does: 'hang-up', talkMs: 200 } as const
    await using callers = await startSipCaller({ ...server, number: 'echo', behaviour, calls: 20, rate: 20 })
    expect(await callers.result).toMatchObject({ created: 20, successful: 20, failed: 0, exitCode: 0 })
  })
})

describe('a SIPp agent', () => {
  it('answers after it rang and says its tone', async () => {
    await using agent = await sipAgent({ does: 'answer', ringMs: 200 })
    await using caller = await callerPhone()
    await caller.dial('102')
    await caller.remoteRinging()
    await caller.established()
    await caller.hears(700)
    await caller.hangup()
    const result = await agent.result
    expectOneGoodCall(result)
    expect(ladder(result.messages)).toBe('<INVITE >180 >200 <ACK <BYE >200')
  })

  it('hangs up after the talk', async () => {
    await using agent = await sipAgent({ does: 'hang-up', ringMs: 100, talkMs: 500 })
    await using caller = await callerPhone()
    await caller.dial('102')
    expect(await caller.closed()).toBe('Connection reset by peer')
    const result = await agent.result
    expectOneGoodCall(result)
    expect(ladder(result.messages)).toBe('<INVITE >180 >200 <ACK >BYE <200')
  })

  it.each([
    [{ does: 'busy', status: 486 }, '<INVITE >486 <ACK'],
    [{ does: 'busy', status: 480 }, '<INVITE >480 <ACK'],
    [{ does: 'reject', ringMs: 200, status: 603 }, '<INVITE >180 >603 <ACK'],
  ] as const)('refuses: %o', async (behaviour, messages) => {
    await using agent = await sipAgent(behaviour)
    await using caller = await callerPhone()
    await caller.dial('102')
    await caller.closed()
    const result = await agent.result
    expectOneGoodCall(result)
    expect(ladder(result.messages)).toBe(messages)
  })

  it.each([
    [{ does: 'ring' }, '<INVITE >180 <CANCEL >200 >487 <ACK'],
    [{ does: 'answer', ringMs: 20_000 }, '<INVITE >180 <CANCEL >200 >487 <ACK'],
    [{ does: 'answer-when-cancelled' }, '<INVITE >180 <CANCEL >200 >200 <ACK <BYE >200'],
  ] as const)('is cancelled: %o', async (behaviour, messages) => {
    await using agent = await sipAgent(behaviour)
    await using caller = await callerPhone()
    await caller.dial('102')
    await caller.remoteRinging()
    await caller.hangup()
    const result = await agent.result
    expectOneGoodCall(result)
    expect(ladder(result.messages)).toBe(messages)
  })

  it('says nothing at all', async () => {
    await using agent = await sipAgent({ does: 'stay-silent' })
    await using caller = await callerPhone()
    await caller.dial('102')
    await expect(caller.remoteRinging({ timeoutMs: 1500 })).rejects.toThrow('within 1500 ms')
    expect(new Set(agent.messages().map(({ direction }) => direction))).toEqual(new Set(['received']))
  })
})
