import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bothHear, CallCentre } from '../peers/call-centre.ts'

let centre: CallCentre

beforeAll(async () => {
  centre = await CallCentre.start()
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(() => centre.queue())
afterEach(() => centre.leavesNoGhost())

const agentPhone = () => centre.service.agentPhone('ana', 440)

describe('hanging up', () => {
  it('by the caller: the agent is free, and the history says that the customer hung up', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await caller.hangup()
    await agent.closed()
    expect(await centre.ended(talk.id)).toMatchObject({ endedBy: 'customer', outcome: 'answered', cause: 'q850-16' })
    await centre.service.agentIs('ana', ({ routing }) => routing === 'idle')
  })

  it('by the agent’s phone', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await agent.hangup()
    await caller.closed()
    expect(await centre.ended(talk.id)).toMatchObject({
      endedBy: 'agent',
      outcome: 'answered',
      agent: { name: 'Ana Ionescu' },
    })
  })

  it('by the agent’s screen', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await centre.service.api('POST', `/api/interactions/${talk.id}/hang-up`, undefined, 'ana')
    await Promise.all([caller.closed(), agent.closed()])
    expect(await centre.ended(talk.id)).toMatchObject({ endedBy: 'agent', outcome: 'answered' })
  })
})

describe('hold', () => {
  it('by the agent’s screen: music for the customer, then both hear each other again', async () => {
    await using agent = await agentPhone()
    const talk = await centre.talk(agent)
    await using caller = talk.caller
    await centre.service.api('POST', `/api/interactions/${talk.id}/hold`, undefined, 'ana')
    await centre.story(talk.id, ({ segments }) => segments.at(-1).kind === 'hold')
    await Promise.all([caller.hearsNot(440), agent.hearsNot(700)])
    await centre.service.api('POST', `/api/interactions/${talk.id}/resume`, undefined, 'ana')
    await bothHear(talk)
    await caller.hangup()
    const { segments, holdMs, talkMs } = await centre.ended(talk.id)
    expect(segments.map(({ kind }: { kind: string }) => kind)).toEqual([
      'flow',
      'queue',
      'ring',
      'talk',
      'hold',
      'talk',
    ])
    expect(holdMs).toBeGreaterThan(800)
    expect(talkMs).toBeGreaterThan(800)
  })
})
