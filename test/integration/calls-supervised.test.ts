import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bothHear, CallCentre } from '../peers/call-centre.ts'
import type { Phone } from '../peers/phone.ts'
import { eventually } from '../peers/poll.ts'
import type { Answer } from '../peers/service.ts'

let centre: CallCentre

beforeAll(async () => {
  centre = await CallCentre.start()
  const hired = await centre.service.api('POST', '/api/users', {
    username: 'sofia',
    name: 'Sofia Marin',
    role: 'supervisor',
    agent: { queueIds: ['sales'] },
    oneTime: false,
  })
  centre.service.firstStart.agents.push({ username: 'sofia', password: hired.password, sip: hired.sip })
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(async () => {
  await centre.queue()
  for (const name of ['ana', 'bogdan', 'citra'] as const) await centre.offline(name)
})
afterEach(() => centre.leavesNoGhost())

const [anaHz, bogdanHz, sofiaHz, callerHz] = [440, 1_050, 1_400, 700]
const act = (id: string, what: string, body?: unknown, as = 'ana') =>
  centre.service.api('POST', `/api/interactions/${id}/${what}`, body, as)
const idOf = async (username: string): Promise<string> =>
  (await centre.service.agentIs(username, () => true)).id as string

/** A supervisor's phone; they don't take calls of the queue. */
async function sofia(): Promise<Phone> {
  const phone = await centre.service.agentPhone('sofia', sofiaHz)
  await centre.service.api('PUT', '/api/me/presence', { presence: 'not-ready', reason: null }, 'sofia')
  return phone
}

async function picksUp(phone: Phone): Promise<void> {
  await phone.ringing()
  await phone.answer()
  await phone.established()
}

async function restart(): Promise<void> {
  await centre.service.kill()
  await centre.service.restart()
}

describe('a supervisor', () => {
  it('hears both, speaks to the agent alone, joins, turns back and joins again, and leaves: nobody hears whom they should not', async () => {
    await using agent = await centre.service.agentPhone('ana', anaHz)
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await using supervisor = await sofia()
    await act(talk.id, 'monitor', { mode: 'monitor' }, 'sofia')
    await picksUp(supervisor)
    await Promise.all([supervisor.hears(anaHz, { minShare: 0.15 }), supervisor.hears(callerHz, { minShare: 0.15 })])
    await Promise.all([caller.hearsNot(sofiaHz), agent.hearsNot(sofiaHz), bothHear(talk)])
    await centre.service.agentIs('sofia', ({ routing }) => routing === 'engaged')
    await act(talk.id, 'monitor', { mode: 'whisper' }, 'sofia')
    await agent.hears(sofiaHz, { minShare: 0.15 })
    await Promise.all([caller.hearsNot(sofiaHz), caller.hears(anaHz), supervisor.hears(callerHz, { minShare: 0.15 })])
    await act(talk.id, 'monitor', { mode: 'barge' }, 'sofia')
    await Promise.all([
      caller.hears(sofiaHz, { minShare: 0.15 }),
      agent.hears(sofiaHz, { minShare: 0.15 }),
      supervisor.hears(callerHz, { minShare: 0.15 }),
    ])
    for (let again = 0; again < 3; again++) {
      await act(talk.id, 'monitor', { mode: 'whisper' }, 'sofia')
      await agent.hears(sofiaHz, { minShare: 0.15, minMs: 200 })
      await act(talk.id, 'monitor', { mode: 'barge' }, 'sofia')
      await caller.hears(sofiaHz, { minShare: 0.15, minMs: 200 })
    }
    await act(talk.id, 'monitor/stop', undefined, 'sofia')
    await supervisor.closed()
    await bothHear(talk)
    await caller.hangup()
    const story = await centre.ended(talk.id)
    expect(story.agent.name).toContain('Ana')
    expect(story.segments.filter((it: Answer) => it.kind === 'monitor')).toHaveLength(1)
    await centre.service.agentIs('sofia', ({ routing }) => routing === 'idle')
  })

  it('is not somebody that an agent may be, and needs somebody to listen to', async () => {
    await using agent = await centre.service.agentPhone('ana', anaHz)
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    const path = `/api/interactions/${talk.id}/monitor`
    expect(await centre.service.request('POST', path, {}, 'bogdan')).toMatchObject({ status: 403 })
    const unreachable = await centre.service.request('POST', path, {}, 'sofia')
    expect(unreachable).toMatchObject({ status: 409, json: { error: { code: 'agent-unavailable' } } })
    await caller.hangup()
  })
})

describe('kill -9 of the service, and its return', () => {
  it('while a supervisor whispers: all hear on whom they heard, and the supervisor can still join', async () => {
    await using agent = await centre.service.agentPhone('ana', anaHz)
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await using supervisor = await sofia()
    await act(talk.id, 'monitor', { mode: 'whisper' }, 'sofia')
    await picksUp(supervisor)
    await agent.hears(sofiaHz, { minShare: 0.15 })
    await restart()
    await Promise.all([bothHear(talk), supervisor.hears(callerHz, { minShare: 0.15 }), caller.hearsNot(sofiaHz)])
    await act(talk.id, 'monitor', { mode: 'barge' }, 'sofia')
    await caller.hears(sofiaHz, { minShare: 0.15 })
    await caller.hangup()
    await Promise.all([agent.closed(), supervisor.closed()])
    expect(await centre.ended(talk.id)).toMatchObject({ outcome: 'answered', endedBy: 'customer' })
  })

  it('in mid-consult, then in the conference that follows: the state is taken up, and the last two talk on', async () => {
    await using agent = await centre.service.agentPhone('ana', anaHz)
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await using expert = await centre.service.agentPhone('bogdan', bogdanHz)
    await act(talk.id, 'consult', { to: { agent: await idOf('bogdan') } })
    await picksUp(expert)
    await Promise.all([agent.hears(bogdanHz), expert.hears(anaHz)])
    await restart()
    await Promise.all([agent.hears(bogdanHz), expert.hears(anaHz), caller.hearsSound(), caller.hearsNot(anaHz)])
    await act(talk.id, 'consult/join')
    const all = () =>
      Promise.all([
        caller.hears(anaHz, { minShare: 0.15 }),
        caller.hears(bogdanHz, { minShare: 0.15 }),
        agent.hears(callerHz, { minShare: 0.15 }),
        expert.hears(callerHz, { minShare: 0.15 }),
      ])
    await all()
    await restart()
    await all()
    await agent.hangup()
    await Promise.all([caller.hears(bogdanHz), expert.hears(callerHz)])
    await centre.service.agentIs('ana', ({ routing }) => routing === 'idle')
    await caller.hangup()
    await expert.closed()
    const story = await centre.ended(talk.id)
    expect(story).toMatchObject({ outcome: 'answered', agent: { name: expect.stringContaining('Bogdan') } })
  })

  it('while a call is parked: it is still there to be picked up', async () => {
    await using agent = await centre.service.agentPhone('ana', anaHz)
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await act(talk.id, 'park')
    await agent.closed()
    await caller.hearsSound()
    await restart()
    await caller.hearsSound()
    await act(talk.id, 'pick-up')
    await picksUp(agent)
    await bothHear(talk)
    await caller.hangup()
    expect(await centre.ended(talk.id)).toMatchObject({ outcome: 'answered' })
  })

  it('while the consulted phone rings, and the caller gives up meanwhile: every phone stops', async () => {
    await using agent = await centre.service.agentPhone('ana', anaHz)
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await using expert = await centre.service.agentPhone('bogdan', bogdanHz)
    await act(talk.id, 'consult', { to: { agent: await idOf('bogdan') } })
    await expert.ringing()
    await centre.service.kill()
    await caller.hangup()
    await centre.service.restart()
    await Promise.all([agent.closed(), expert.closed()])
    expect(await centre.ended(talk.id)).toMatchObject({ outcome: 'answered', endedBy: 'unknown' })
  })
})

describe('a phone’s REFER with Refer-Sub: false', () => {
  it('does not harm Asterisk, whichever version it is: the caller stays, or is handed on', async () => {
    await using second = await centre.service.agentPhone('bogdan', bogdanHz, 'auto')
    const refer = { does: 'refer', ringMs: 100, talkMs: 1_000, referTo: 'bogdan@asterisk', referSub: false } as const
    await using first = await centre.sippAgent('ana', refer)
    await centre.offline('bogdan')
    const from = centre.newCaller()
    await using caller = await centre.caller('line', from)
    const { id } = await centre.interactionFrom(from, ({ state }) => state === 'engaged')
    await centre.available('bogdan')
    await eventually(() => first.messages().some(({ text }) => /^SIP\/2\.0 \d+ .*CSeq: 1 REFER/s.test(text)), {
      withinMs: 10_000,
      what: 'an answer to the REFER',
    })
    await Promise.race([caller.hears(anaHz), caller.hears(bogdanHz)])
    expect((await centre.story(id)).state).toBe('engaged')
    await caller.hangup()
    await centre.ended(id)
    expect(second.state).not.toBe('ringing')
  })
})

describe('crossing', () => {
  it('both sides hang up at once, and a consulted agent answers as the caller leaves: one end, nobody on the line', async () => {
    await using agent = await centre.service.agentPhone('ana', anaHz)
    await using expert = await centre.service.agentPhone('bogdan', bogdanHz)
    await centre.offline('bogdan')
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await centre.available('bogdan')
    await act(talk.id, 'consult', { to: { agent: await idOf('bogdan') } })
    await expert.ringing()
    await Promise.all([expert.answer(), caller.hangup(), agent.hangup()])
    await agent.closed()
    await expert.closed()
    expect(await centre.ended(talk.id)).toMatchObject({ outcome: 'answered' })
  })

  it('an agent’s phone that loses power in mid-call: the customer is not lost when it comes back', async () => {
    const agent = await centre.service.agentPhone('ana', anaHz)
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await agent.kill()
    await using again = await centre.service.agentPhone('ana', anaHz)
    // What the dead phone had is hung up by a supervisor, or by the time limit on silence; the new one takes calls.
    await centre.service.api('POST', `/api/interactions/${talk.id}/transfer`, { to: { queue: 'sales' } })
    await picksUp(again)
    await Promise.all([caller.hears(anaHz), again.hears(callerHz)])
    await caller.hangup()
    await again.closed()
    expect(await centre.ended(talk.id)).toMatchObject({ outcome: 'answered' })
    await agent[Symbol.asyncDispose]()
  })

  it('two transfers at once: one is made, the other refused', async () => {
    await using agent = await centre.service.agentPhone('ana', anaHz)
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await using second = await centre.service.agentPhone('bogdan', bogdanHz)
    await using third = await centre.service.agentPhone('citra', sofiaHz)
    const path = `/api/interactions/${talk.id}/transfer`
    const targets = [await idOf('bogdan'), await idOf('citra')]
    await Promise.all(targets.map((to) => centre.service.request('POST', path, { to: { agent: to } }, 'ana')))
    await Promise.race([picksUp(second), picksUp(third)])
    await agent.closed()
    await caller.hears(second.state === 'established' ? bogdanHz : sofiaHz)
    await caller.hangup()
    expect(await centre.ended(talk.id)).toMatchObject({ outcome: 'answered' })
  })
})
