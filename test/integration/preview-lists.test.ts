import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CallCentre, type AgentName } from '../peers/call-centre.ts'
import { startPhone, type Phone } from '../peers/phone.ts'
import { phonePort } from '../peers/phone-port.ts'
import { eventually } from '../peers/poll.ts'
import type { Answer } from '../peers/service.ts'
import { trunkTo } from '../peers/trunk.ts'

let centre: CallCentre
/** Where the outside world takes calls. */
let outsidePort: number
let listId: string

const hourMs = 3_600_000

beforeAll(async () => {
  outsidePort = await phonePort()
  centre = await CallCentre.start({
    asterisk: { custom: { 'pjsip.conf': trunkTo(outsidePort) } },
    env: { OUTBOUND_DIAL: 'PJSIP/{number}@trunk' },
  })
})
afterAll(() => centre[Symbol.asyncDispose]())
beforeEach(async () => {
  await centre.queue({ callerId: '+40211234567' })
  for (const name of ['ana', 'bogdan', 'citra'] as const) await centre.offline(name)
  listId = (await api('POST', '/api/preview-lists', { name: 'Renewals', queueId: 'sales', running: true })).id
})
afterEach(async () => {
  await api('PATCH', `/api/preview-lists/${listId}`, { running: false })
  await centre.leavesNoGhost()
})

const api = (method: string, path: string, body?: unknown, as?: AgentName) => centre.service.api(method, path, body, as)
const asked = (method: string, path: string, body?: unknown, as?: AgentName) =>
  centre.service.request(method, path, body, as)
const fill = (csv: string) => api('POST', `/api/preview-lists/${listId}/entries`, { csv })
const change = (what: Answer) => api('PATCH', `/api/preview-lists/${listId}`, what)
const progress = async (): Promise<Answer> => (await api('GET', `/api/preview-lists/${listId}`)).progress
const next = async (as: AgentName): Promise<Answer> => (await api('POST', '/api/me/preview/next', {}, as)).entry
const act = (what: string, { id }: Answer, body?: unknown, as: AgentName = 'ana') =>
  asked('POST', `/api/me/preview/${id}/${what}`, body, as)

async function entry(number: string, wanted: (entry: Answer) => boolean = () => true): Promise<Answer> {
  let last: Answer
  return eventually(
    async () => {
      const { items } = await api('GET', `/api/preview-lists/${listId}/entries`)
      last = items.find((one: Answer) => one.number === number)
      return last !== undefined && wanted(last) && last
    },
    { withinMs: 15_000, what: () => `the entry as wanted; last seen ${JSON.stringify(last)}` },
  )
}

function customerPhone(number: string): Promise<Phone> {
  const { sipHost: host, sipPort: port } = centre.service.asterisk
  return startPhone({ host, port, toneHz: 700, callerNumber: number, listenPort: outsidePort })
}

const kinds = ({ steps }: Answer): string[] => steps.map(({ kind }: Answer) => kind)

describe('filling a list', () => {
  it('takes the rows that can be called, says of each other row why not, and a table may be sent again', async () => {
    const [first, second] = [centre.newCaller(), centre.newCaller()]
    const csv = `Phone;Name\n${first};Ana Pop\n0${second.slice(3)};Ion\n${first};Again\n12;Short\n+40900123456;Premium\n112;Help\n;Nobody`
    expect(await fill(csv)).toEqual({
      ...{ added: 2, there: 0, doNotCall: 0, problemCount: 5 },
      problems: [
        { row: 4, number: first, problem: 'twice' },
        { row: 5, number: '12', problem: 'not-a-number' },
        { row: 6, number: '+40900123456', problem: 'not-allowed' },
        { row: 7, number: '112', problem: 'not-a-number' },
        { row: 8, number: null, problem: 'no-number' },
      ],
    })
    expect(await fill(csv)).toMatchObject({ added: 0, there: 2 })
    expect(await progress()).toMatchObject({ total: 2, waiting: 2, due: 2, inHand: 0 })
    const { items } = await api('GET', '/api/audit?limit=3')
    expect(items[0]).toMatchObject({ action: 'fill-preview-list', after: { added: 0, there: 2 } })
  })

  it('takes customers from a search; who asked not to be called is left out, and says so', async () => {
    const [first, second] = [centre.newCaller(), centre.newCaller()]
    const family = `Zamfir${listId.slice(0, 4)}`
    for (const [name, value] of [
      ['Radu', first],
      ['Dana', second],
    ] as const)
      await api('POST', '/api/customers', { name: `${name} ${family}`, identities: [{ kind: 'phone', value }] })
    await api('POST', '/api/customers', { name: `Mute ${family}` })
    const { items } = await api('GET', `/api/customers?search=Dana ${family}`)
    await api('PUT', `/api/customers/${items[0].id}/do-not-call`, undefined, 'ana')
    const card = await api('GET', `/api/customers/${items[0].id}/card`)
    expect(card.doNotCall).toMatchObject({ saidBy: 'Ana Ionescu' })
    const filled = await api('POST', `/api/preview-lists/${listId}/entries`, { search: family })
    expect(filled).toMatchObject({ added: 2, doNotCall: 1, problems: [{ number: null, problem: 'no-number' }] })
    expect(await entry(second)).toMatchObject({ state: 'left-out', outcome: 'do-not-call' })
    expect(await next('ana')).toMatchObject({ number: first, why: 'first-call' })
    expect(await next('bogdan')).toBeNull()
  })

  it('is for supervisors and admins, and refuses what contradicts the directory', async () => {
    expect((await asked('GET', '/api/preview-lists', undefined, 'ana')).status).toBe(403)
    expect((await asked('POST', '/api/preview-lists', { name: 'x', queueId: 'nowhere' })).status).toBe(400)
    expect((await asked('PATCH', `/api/preview-lists/${listId}`, { hoursId: 'never' })).status).toBe(400)
    expect((await asked('POST', `/api/preview-lists/${listId}/entries`, { csv: '\n' })).status).toBe(400)
  })
})

describe('the next customer', () => {
  it('is nobody else’s: of many agents who ask at once, and on another list', async () => {
    const numbers = [centre.newCaller(), centre.newCaller()]
    await fill(numbers.join('\n'))
    const both = await Promise.all([next('ana'), next('bogdan'), next('citra')])
    expect(both.flatMap((one) => one?.number ?? []).toSorted()).toEqual(numbers.toSorted())
    expect(await progress()).toMatchObject({ inHand: 2, waiting: 0 })
    // Asked again it is the same one.
    const ofAna = both.find((one) => one !== null)
    const other = await api('POST', '/api/preview-lists', { name: 'Other', queueId: 'sales', running: true })
    await api('POST', `/api/preview-lists/${other.id}/entries`, { csv: ofAna.number })
    const third = (['ana', 'bogdan', 'citra'] as const)[both.indexOf(null)] ?? 'citra'
    expect(await next(third)).toBeNull()
    expect((await asked('DELETE', `/api/preview-lists/${listId}`)).status).toBe(409)
    await api('DELETE', `/api/preview-lists/${other.id}`)
  })

  it('is skipped with a reason, put off, or promised; a promise comes first, and to its agent', async () => {
    const [wrong, later, promised, forbidding] = [0, 1, 2, 3].map(() => centre.newCaller())
    await fill([wrong, later, promised, forbidding].join('\n'))
    const first = await next('ana')
    expect((await act('skip', first, { reason: 'wrong-number', note: 'a bakery' }, 'bogdan')).status).toBe(409)
    await act('skip', first, { reason: 'wrong-number', note: 'a bakery' })
    await act('skip', await next('ana'), { reason: 'not-now' })
    const past = await act('promise', await next('ana'), { at: new Date(0).toISOString() })
    expect(past).toMatchObject({ status: 400, json: { error: { details: [{ message: 'past' }] } } })
    await act('promise', await next('ana'), { at: new Date(Date.now() + hourMs).toISOString(), note: 'at lunch' })
    await act('skip', await next('ana'), { reason: 'do-not-call' })
    expect(await next('ana')).toBeNull()
    expect(await entry(wrong ?? '')).toMatchObject({ state: 'done', outcome: 'skipped-wrong-number' })
    expect((await entry(wrong ?? '')).steps.at(-1)).toMatchObject({ kind: 'skipped', note: 'a bakery' })
    expect(await entry(later ?? '')).toMatchObject({ state: 'waiting', outcome: 'not-now', attempts: 0 })
    expect(await entry(promised ?? '')).toMatchObject({ promisedBy: { name: 'Ana Ionescu' } })
    expect(await entry(forbidding ?? '')).toMatchObject({ state: 'left-out', outcome: 'do-not-call' })
    expect(await progress()).toMatchObject({ waiting: 2, due: 0, skipped: 1, leftOut: 1 })

    await centre.service.later(hourMs + 60_000)
    expect(await next('bogdan')).toBeNull()
    expect(await next('ana')).toMatchObject({ number: promised, why: 'promised', lastNote: 'at lunch' })
  })

  it('is shown to whoever is idle only by a list that says so', async () => {
    const number = centre.newCaller()
    await fill(number)
    const whenIdle = async (): Promise<Answer> =>
      (await api('POST', '/api/me/preview/next', { whenIdle: true }, 'ana')).entry
    expect(await api('GET', '/api/me/preview', undefined, 'ana')).toMatchObject({ isDue: true, isDueWhenIdle: false })
    expect(await whenIdle()).toBeNull()
    await change({ deal: 'idle' })
    expect(await api('GET', '/api/me/preview', undefined, 'ana')).toMatchObject({ isDue: true, isDueWhenIdle: true })
    expect(await whenIdle()).toMatchObject({ number })
  })

  it('is nobody while the list stands still, its hours are over, or somebody talks with them', async () => {
    const from = centre.newCaller()
    await fill(from)
    await change({ running: false })
    expect(await next('ana')).toBeNull()
    await change({ running: true })
    await using caller = await centre.caller('line', from)
    const { id } = await centre.interactionFrom(from, ({ state }) => state === 'queued')
    expect(await next('ana')).toBeNull()
    await caller.hangup()
    await centre.ended(id)
    const shown = await next('ana')
    expect(shown).toMatchObject({ number: from })
    const closed = { timezone: 'Europe/Bucharest', weekly: {}, holidays: [], exceptions: [] }
    await api('POST', '/api/hours', { id: `never-${listId.slice(0, 8)}`, name: 'Never', calendar: closed })
    await change({ hoursId: `never-${listId.slice(0, 8)}` })
    expect((await act('dial', shown)).json).toMatchObject({ error: { code: 'closed' } })
    expect(await api('GET', '/api/me/preview', undefined, 'ana')).toMatchObject({ lists: [{ isOpen: false }] })
    await act('give-back', shown)
    expect(await next('ana')).toBeNull()
  })
})

describe('whom nobody has in hand after all', () => {
  /** As the service finds it: of an agent's page that went away, or of a database that did under their key. */
  async function becomes(number: string, change: string): Promise<void> {
    const client = new pg.Client({ connectionString: centre.service.postgres.url })
    await client.connect()
    await client.query(`update preview_entries set ${change} where list_id = $1 and number = $2`, [listId, number])
    await client.end()
  }

  it('is shown as due again once the page that looked at them is gone, without anybody asking', async () => {
    const number = centre.newCaller()
    await fill(number)
    await next('ana')
    expect(await api('GET', '/api/me/preview', undefined, 'bogdan')).toMatchObject({ isDue: false })
    await becomes(number, 'held_until = 1')
    expect(kinds(await entry(number, ({ state }) => state === 'waiting'))).toEqual(['shown', 'given-back'])
    expect(await api('GET', '/api/me/preview', undefined, 'bogdan')).toMatchObject({ isDue: true })
    expect(await next('bogdan')).toMatchObject({ number })
  })

  it('is taken back when their call never began, and costs no attempt', async () => {
    const number = centre.newCaller()
    await fill(number)
    await next('ana')
    const dialling = `state = 'dialling', held_until = null, attempts = 1, interaction_id = gen_random_uuid()`
    await becomes(number, `${dialling}, changed_at = 1`)
    const back = await entry(number, ({ state }) => state === 'waiting')
    expect(back).toMatchObject({ attempts: 0, interactionId: null })
    expect(back.steps.at(-1)).toMatchObject({ kind: 'not-dialled', reason: 'interrupted' })
    expect(await next('bogdan')).toMatchObject({ number, attempt: 1 })
  })
})

describe('a call from a list', () => {
  it('rings the agent, then the customer with the queue’s number; its outcome and its place in the history are kept', async () => {
    const number = centre.newCaller()
    await fill(`${number};Maria Dinu`)
    await using agent = await centre.service.agentPhone('ana', 440)
    await using customer = await customerPhone(number)
    const shown = await next('ana')
    expect(shown).toMatchObject({ name: 'Maria Dinu', attempt: 1, mostAttempts: 3, state: 'held' })
    const card = await api('GET', `/api/customers/${shown.customerId}/card`)
    expect(card.customer).toMatchObject({ name: 'Maria Dinu' })
    const {
      json: { interactionId },
    } = await act('dial', shown)
    expect((await act('dial', shown)).status).toBe(409)
    await agent.ringing()
    await agent.answer()
    expect(await customer.ringing()).toMatchObject({ callerNumber: '+40211234567' })
    await customer.answer()
    await Promise.all([agent.hears(700), customer.hears(440)])
    expect((await asked('POST', '/api/me/preview/next', {}, 'ana')).json.error.code).toBe('on-a-call')
    await customer.hangup()
    await agent.closed()
    const story = await centre.ended(interactionId)
    expect(story).toMatchObject({ outcome: 'answered', customer: { id: shown.customerId, name: 'Maria Dinu' } })
    const { items } = await api('GET', `/api/interactions/${interactionId}/timeline`)
    const told = items.find(({ kind }: Answer) => kind === 'called-from-list')
    expect(told.text).toBe('Ana Ionescu called from a preview list, attempt 1 of 3: nobody had called yet')
    const settled = await entry(number, ({ state }) => state === 'done')
    expect(settled).toMatchObject({ outcome: 'reached', attempts: 1, interactionId })
    expect(kinds(settled)).toEqual(['shown', 'dialled', 'called'])
    expect(await progress()).toMatchObject({ reached: 1, inHand: 0 })
    // The customer said when, and the agent says so after the call.
    // The service’s clock is an hour ahead by now.
    const at = new Date(Date.now() + 3 * hourMs).toISOString()
    expect((await act('promise', shown, { at }, 'bogdan')).status).toBe(409)
    expect((await act('promise', shown, { at })).status).toBe(200)
    expect(await entry(number)).toMatchObject({ state: 'waiting', dueAt: at, promisedBy: { name: 'Ana Ionescu' } })
  })

  it('that is rejected is repeated after the gap; the outbound policy holds for each', async () => {
    const number = centre.newCaller()
    await fill(number)
    await change({ gapMs: 60_000, mostAttempts: 2 })
    await using agent = await centre.service.agentPhone('ana', 440, 'auto')
    await using customer = await customerPhone(number)
    const shown = await next('ana')
    const policy = await api('GET', '/api/outbound-policy')
    await api('PUT', '/api/outbound-policy', { ...policy, permissions: { ...policy.permissions, agent: [] } })
    const refused = await act('dial', shown)
    await api('PUT', '/api/outbound-policy', policy)
    expect(refused).toMatchObject({ status: 409, json: { error: { code: 'destination-not-allowed' } } })
    expect(await next('ana')).toMatchObject({ id: shown.id, attempt: 1 })
    await act('dial', shown)
    await customer.ringing()
    await customer.reject()
    await agent.closed()
    const settled = await entry(number, ({ state }) => state === 'waiting')
    expect(settled).toMatchObject({ outcome: 'busy', attempts: 1, dueAt: expect.any(String) })
    expect(await next('ana')).toBeNull()
  })

  it('survives a service that is killed: before it was dialled, and in mid-call', async () => {
    const number = centre.newCaller()
    await fill(number)
    await using agent = await centre.service.agentPhone('ana', 440)
    await using customer = await customerPhone(number)
    const shown = await next('ana')
    await centre.service.kill()
    await centre.service.restart()
    expect(await next('bogdan')).toBeNull()
    expect(await next('ana')).toMatchObject({ id: shown.id })
    await centre.service.agentServesCalls('ana')
    const { json } = await act('dial', shown)
    await agent.ringing()
    await agent.answer()
    await customer.ringing()
    await customer.answer()
    await Promise.all([agent.hears(700), customer.hears(440)])
    await centre.service.kill()
    await customer.hangup()
    await centre.service.restart()
    await agent.closed()
    await centre.ended(json.interactionId)
    const settled = await entry(number, ({ state }) => state !== 'dialling')
    expect(settled).toMatchObject({ attempts: 1, interactionId: json.interactionId })
    expect(kinds(settled)).toEqual(['shown', 'dialled', 'called'])
  })
})
