import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AsteriskWatch, type AsteriskEvent } from '../peers/asterisk-watch.ts'
import { CallCentre } from '../peers/call-centre.ts'
import type { Answer } from '../peers/service.ts'
import { samplesMs, wavFile, wavSamples } from '../peers/wav.ts'

let centre: CallCentre
let erp: Server
/** `GET /orders/2231` for each request, in order. */
const requests: string[] = []

beforeAll(async () => {
  erp = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    if (request.url === '/orders/9999') return void response.destroy()
    if (request.url !== '/orders/2231') return void response.writeHead(404).end()
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ amount: 120, due: '2026-03-05' }))
  })
  erp.listen(0, '127.0.0.1')
  await once(erp, 'listening')
  const { port } = erp.address() as AddressInfo
  centre = await CallCentre.start({ env: { FLOW_CONFIG_erp: `http://127.0.0.1:${port}`, SPEECH_RATE: '450' } })
})
afterAll(async () => {
  await centre[Symbol.asyncDispose]()
  erp.close()
})
beforeEach(async () => {
  requests.length = 0
  await centre.queue({}, 'support')
})
afterEach(() => centre.leavesNoGhost())

const nodesOf = ({ path }: Answer): string[] => path.map(({ nodeId }: Answer) => nodeId)
const reaches = (id: string, nodeId: string) => centre.story(id, (story) => nodesOf(story).at(-1) === nodeId, 20_000)

describe('a flow on the telephone', () => {
  it('looks up, asks another system, tells amounts and dates, keeps the hours, scores, and hangs up', async () => {
    await using watch = await AsteriskWatch.open(centre.service.asterisk.ariUrl)
    const from = centre.newCaller()
    await using caller = await centre.caller('tour', from)
    const { id } = await centre.interactionFrom(from)
    await reaches(id, 'which')
    await caller.hearsSound()
    // Four are all that are asked for: no end key.
    await caller.digits('4040')
    await centre.story(id, (story) => nodesOf(story).filter((nodeId) => nodeId === 'which').length === 2, 20_000)
    await caller.digits('2231')
    await reaches(id, 'score')
    await caller.digits('4')
    await caller.closed()
    const story = await centre.ended(id)
    expect(nodesOf(story)).toEqual([
      ...['who', 'speak', 'which', 'find', 'unknown', 'count', 'which', 'find', 'tell', 'open', 'rate'],
      ...['score', 'done', 'bye'],
    ])
    expect(story).toMatchObject({ endedBy: 'system', outcome: 'self-served' })
    expect(story.surveys).toMatchObject([{ nodeId: 'score', score: 4 }])
    expect(story.inputs.map(({ text }: Answer) => text)).toEqual(['4040', '2231', '4'])
    expect(requests).toEqual(['GET /orders/4040', 'GET /orders/2231'])
    // Each utterance that was asked for was played.
    const finished = watch.events.filter((event) => event.type === 'PlaybackFinished')
    expect(finished.every(({ playback }: AsteriskEvent) => playback.state === 'done')).toBe(true)
  })

  it('takes the way out for errors after its retries, and passes the caller on to a queue', async () => {
    await using agent = await centre.service.agentPhone('bogdan', 440)
    const from = centre.newCaller()
    await using caller = await centre.caller('tour', from)
    const { id } = await centre.interactionFrom(from)
    await reaches(id, 'which')
    await caller.digits('9999')
    await agent.ringing()
    await agent.answer()
    await Promise.all([agent.hears(700), caller.hears(440)])
    expect(requests).toEqual(['GET /orders/9999', 'GET /orders/9999'])
    await caller.hangup()
    const story = await centre.ended(id)
    expect(nodesOf(story).slice(-2)).toEqual(['find', 'sorry'])
    expect(story).toMatchObject({ queue: { id: 'support' }, outcome: 'answered' })
  })

  it('gives up on a caller who types nothing, after as many tries as it says', async () => {
    await using agent = await centre.service.agentPhone('bogdan', 440)
    const from = centre.newCaller()
    await using caller = await centre.caller('tour', from)
    await agent.ringing({ timeoutMs: 60_000 })
    const { id } = await centre.interactionFrom(from)
    const story = await centre.story(id)
    expect(nodesOf(story)).toEqual(['who', 'speak', 'which', 'sorry'])
    await caller.hangup()
  })

  it('speaks the language of the customer, or the one it was told to', async () => {
    await using watch = await AsteriskWatch.open(centre.service.asterisk.ariUrl)
    const from = centre.newCaller()
    const said = async (): Promise<string> => {
      await using caller = await centre.caller('tour', from)
      const { id } = await centre.interactionFrom(from)
      const { playback } = await watch.event('PlaybackStarted', (event) => event.playback.id.startsWith(id))
      await caller.hangup()
      await centre.ended(id)
      return playback.media_uri
    }
    const inEnglish = await said()
    const { customer } = await centre.interactionFrom(from)
    await centre.service.api('PATCH', `/api/customers/${customer.id}`, { language: 'ro' })
    const inRomanian = await said()
    expect(inRomanian).not.toBe(inEnglish)
    await centre.service.api('PATCH', `/api/customers/${customer.id}`, { language: 'en', highValue: true })
    expect(await said()).toBe(inRomanian)
  })
})

describe('a sound that an admin has uploaded', () => {
  /** Whoever calls hears it, and it leads to nothing else. */
  const playing = (piece: string) =>
    `flow: fluent\nlanguages: [en]\nstart: hello\nnodes:\n  hello: { say: [${piece}], next: end }\n`
  const publish = (piece: string) =>
    centre.service.request('POST', '/api/flows', { id: 'fluent', yaml: playing(piece) })
  const upload = async (file: Buffer, query = '', who = centre.service.firstStart.admin) => {
    const answer = await fetch(`${centre.service.baseUrl}/api/sounds/greeting${query}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${await centre.service.token(who.username, who.password)}` },
      body: new Uint8Array(file),
    })
    return { status: answer.status, json: (await answer.json()) as Answer }
  }
  const callersHear = async (hz: number): Promise<void> => {
    await using caller = await centre.caller('fluent')
    await caller.hears(hz, { minShare: 0.9 })
    await caller.hangup()
  }

  it('is heard by callers, is replaced, and goes once no flow plays it', async () => {
    const cd = { rateHz: 44_100, channels: 2, ms: 20_000 }
    const refused = await upload(Buffer.from('ID3 a song'))
    expect(refused).toMatchObject({ status: 415, json: { error: { code: 'sound-kind' } } })
    expect(await upload(wavFile(cd), '', centre.service.firstStart.agents[0])).toMatchObject({ status: 403 })
    const unknown = await publish('{ sound: greeting }')
    expect(unknown).toMatchObject({ status: 422, json: { error: { details: [{ code: 'missing-prompt' }] } } })

    const uploaded = await upload(wavFile({ ...cd, hz: 1_000 }))
    expect(uploaded).toMatchObject({ status: 200, json: { name: 'greeting', language: null, lengthMs: 20_000 } })
    expect(await publish('{ sound: greeting }')).toMatchObject({ status: 201 })
    await callersHear(1_000)

    expect(await upload(wavFile(cd))).toMatchObject({ status: 409, json: { error: { code: 'sound-exists' } } })
    expect(await upload(wavFile({ rateHz: 8_000, bits: 8, ms: 20_000, hz: 600 }), '?replace=true')).toMatchObject({
      json: { usedBy: ['fluent'] },
    })
    await callersHear(600)
    const heard = wavSamples(await centre.service.download('/api/sounds/greeting'))
    expect(samplesMs(heard)).toBe(20_000)

    const remove = () => centre.service.request('DELETE', '/api/sounds/greeting')
    expect(await remove()).toMatchObject({ status: 409, json: { error: { details: { flows: ['fluent'] } } } })
    expect(await publish('{ en: Hello. }')).toMatchObject({ status: 201 })
    expect(await remove()).toMatchObject({ status: 204 })
    expect((await centre.service.api('GET', '/api/sounds')).items).toEqual([])
    const { items } = await centre.service.api('GET', '/api/audit?subjectKind=sound')
    const actions = items.map(({ action }: Answer) => action)
    expect(actions.toSorted()).toEqual(['delete-sound', 'replace-sound', 'upload-sound'])
  })
})

describe('after the talk', () => {
  const sales = async (wrapUpMs: number) => centre.queue({ recording: true, wrapUpMs })

  it.each([
    ['by their phone', 0],
    ['by their phone, with work to do after it', 1_500],
    ['by their screen', 0],
  ] as const)(
    'the agent leaves %s: the customer is asked for a score, and the agent serves the next',
    async (how, wrapUpMs) => {
      await sales(wrapUpMs)
      await using agent = await centre.service.agentPhone('ana', 440)
      const { id, caller: first } = await centre.talk(agent, 'rated')
      await using caller = first
      if (how === 'by their screen')
        await centre.service.api('POST', `/api/interactions/${id}/hang-up`, undefined, 'ana')
      else await agent.hangup()
      await agent.closed()
      await caller.hearsSound()
      const next = centre.newCaller()
      await using other = await centre.caller('line', next)
      expect(await agent.ringing()).toMatchObject({ callerNumber: next })
      await other.hangup()
      await caller.digits('5')
      await caller.closed()
      const story = await centre.story(id, ({ state, wrappingUp }) => state === 'ended' && !wrappingUp)
      expect(story).toMatchObject({ outcome: 'answered', endedBy: 'system', agent: { name: 'Ana Ionescu' } })
      expect(story.surveys).toMatchObject([{ score: 5 }])
      expect(nodesOf(story)).toEqual(['sales', 'rate', 'score', 'done'])
      const kinds = story.segments.map(({ kind }: Answer) => kind).filter((kind: string) => kind !== 'wrap-up')
      expect(kinds).toEqual(['flow', 'queue', 'ring', 'talk', 'flow'])
      expect(story.recordingList).toHaveLength(1)
      expect(story.recordingList[0].durationMs).toBeGreaterThan(0)
      if (wrapUpMs > 0) expect(story.wrapUpMs).toBeGreaterThanOrEqual(wrapUpMs)
    },
  )

  it('and the service is killed while the score is asked for: it is asked for again, and the call counts as answered', async () => {
    await sales(0)
    await using agent = await centre.service.agentPhone('ana', 440)
    const { id, caller: first } = await centre.talk(agent, 'rated')
    await using caller = first
    await agent.hangup()
    await centre.story(id, (story) => nodesOf(story).at(-1) === 'score')
    await centre.service.kill()
    await centre.service.restart()
    await caller.hearsSound()
    await caller.digits('3')
    await caller.closed()
    const story = await centre.ended(id)
    expect(story).toMatchObject({ outcome: 'answered', endedBy: 'system' })
    expect(story.surveys).toMatchObject([{ score: 3 }])
  })

  it('the customer leaves: nobody is asked for anything', async () => {
    await sales(0)
    await using agent = await centre.service.agentPhone('ana', 440)
    const { id, caller: first } = await centre.talk(agent, 'rated')
    await using caller = first
    await caller.hangup()
    await agent.closed()
    const story = await centre.ended(id)
    expect(story).toMatchObject({ outcome: 'answered', endedBy: 'customer' })
    expect(nodesOf(story)).toEqual(['sales'])
  })
})
