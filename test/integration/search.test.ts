import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate, openDatabase, type Database } from '../../src/platform/database/database.ts'
import { answeredCall } from '../peers/call-facts.ts'
import { createFactWriter, type FactWriter } from '../peers/fact-writer.ts'
import { startHistoryApi, type HistoryApi } from '../peers/history-api.ts'
import { eventually } from '../peers/poll.ts'
import { startTestPostgres, type TestPostgres } from '../peers/servers.ts'

const ana = '00000000-0000-4000-8000-000000000001'
let postgres: TestPostgres
let database: Database
let writer: FactWriter
let api: HistoryApi
let asAna: string
let lastNumber = 40_723_000_000
let lastAt = Date.UTC(2026, 0, 5)

beforeAll(async () => {
  postgres = await startTestPostgres()
  database = openDatabase(postgres.url)
  await migrate(database)
  writer = await createFactWriter(database)
  api = await startHistoryApi(database, writer)
  await api.history.wordIndexing.begin()
  asAna = api.signIn(ana, 'agent')
}, 60_000)

afterAll(async () => {
  await api?.history.wordIndexing.stop()
  await api?.[Symbol.asyncDispose]()
  await writer?.[Symbol.asyncDispose]()
  await database?.[Symbol.asyncDispose]()
  await postgres?.[Symbol.asyncDispose]()
})

type Found = {
  customers: { id: string; name: string | null }[]
  items: {
    kind: string
    interactionId: string | null
    at: string
    customer: { id: string } | null
    snippet: { text: string; matches: boolean }[]
  }[]
  next: string | null
}

async function search(q: string, more = ''): Promise<Found> {
  const { status, json } = await api.call(asAna, 'GET', `/api/search?q=${encodeURIComponent(q)}${more}`)
  expect(status).toBe(200)
  return json as Found
}

/** A call in which the caller gave that text; answers once it can be found. */
async function said(text: string, name: string | null = null) {
  const { seq, ...contact } = await says(text, name)
  await indexed(seq)
  return contact
}

async function says(text: string, name: string | null = null) {
  const raw = `+${++lastNumber}`
  const { customerId } = await api.history.recogniseCaller({ kind: 'phone', raw, displayName: name })
  const { interactionId, facts, details } = answeredCall({ at: (lastAt += 60_000), agentId: ana, customerId })
  const written = await writer.write(
    facts.slice(0, 5),
    details.map((detail) => (detail.kind === 'input' ? { ...detail, text } : detail)),
  )
  return { customerId, interactionId, seq: written.at(-1)?.seq ?? 0 }
}

const indexed = (seq: number) =>
  eventually(
    async () => (await database.knex('projections').where({ name: 'search' }).first<{ seq: number }>('seq')).seq >= seq,
    { withinMs: 10_000, what: 'the words' },
  )

describe('searching the history', () => {
  it('finds words in any form and without their accents, in five languages', async () => {
    const spoken = {
      ro: await said('Vreau să plătesc facturile pentru Brașov'),
      en: await said('I am waiting for my invoices from the warehouse'),
      ru: await said('Где мои счета за квартиру'),
      pl: await said('Proszę o fakturę za październik'),
      id: await said('Saya ingin pembayaran tagihan listrik'),
    }
    const finds = async (q: string) => (await search(q, '&kinds=input')).items.map(({ interactionId }) => interactionId)
    expect(await finds('brasov platesc')).toEqual([spoken.ro.interactionId])
    expect(await finds('factură')).toEqual([spoken.ro.interactionId])
    expect(await finds('INVOICE warehouses')).toEqual([spoken.en.interactionId])
    expect(await finds('счёта')).toEqual([spoken.ru.interactionId])
    expect(await finds('faktura')).toEqual([spoken.pl.interactionId])
    expect(await finds('tagih')).toEqual([spoken.id.interactionId])
    expect(await finds('invoice brasov')).toEqual([])
    expect(await finds("'; drop table customers; -- & | ! :* <->")).toEqual([])
  })

  it('finds what was written in a chat', async () => {
    const { interactionId } = await said('nothing of interest')
    const at = (lastAt += 1_000)
    const message = { at, interactionId, messageId: 'm-1' }
    const written = await writer.write(
      [{ ...message, kind: 'message-received', length: 30, files: 0 }],
      [{ ...message, kind: 'message', text: 'My kettle makes a strange noise', files: [], buttons: [] }],
    )
    await indexed(written.at(-1)?.seq ?? 0)
    const { items } = await search('strange kettles')
    expect(items).toMatchObject([{ kind: 'message', interactionId }])
  })

  it('shows the words in their place, without markup', async () => {
    await said('the parcel <b>never</b> arrived at our office in Cluj')
    const { items } = await search('parcel', '&kinds=input')
    expect(items[0]?.snippet).toEqual([
      { text: 'the ', matches: false },
      { text: 'parcel', matches: true },
      { text: '  never  arrived at our office in Cluj', matches: false },
    ])
  })

  it('pages through notes, cases and what was said, newest first, without gap or repeat', async () => {
    const { customerId, interactionId } = await said('zebra one', 'Zoe')
    for (let i = 0; i < 4; i++) await said(`zebra ${i}`)
    const supervisor = api.signIn('00000000-0000-4000-8000-0000000000aa', 'supervisor')
    const note = { text: 'asked about the zebra' }
    expect((await api.call(supervisor, 'POST', `/api/interactions/${interactionId}/notes`, note)).status).toBe(201)
    const opened = { customer: customerId, subject: 'Zebra crossing' }
    expect((await api.call(asAna, 'POST', '/api/cases', opened)).status).toBe(201)
    const seen: string[] = []
    const times: string[] = []
    let after = ''
    for (let page = 0; page < 10; page++) {
      const found = await search('zebra', `&limit=2${after}`)
      seen.push(...found.items.map(({ kind }) => kind))
      times.push(...found.items.map(({ at }) => at))
      if (found.next === null) break
      after = `&after=${found.next}`
    }
    expect(seen).toEqual(['case', 'note', 'input', 'input', 'input', 'input', 'input'])
    expect(times).toEqual(times.toSorted().toReversed())
    const own = await search('zebra', `&customer=${customerId}`)
    expect(own.items.map(({ kind }) => kind)).toEqual(['case', 'note', 'input'])
    expect((await search('zebra', '&channel=chat')).items).toEqual([])
    expect((await search('zebra', `&to=${times.at(-1)}`)).items).toEqual([])
  })

  it('finds what a customer said however much came after it, and under whom it belongs meanwhile', async () => {
    const early = await said('the xylophone is out of tune', 'Xenia')
    const other = await said('a xylophone for my son', 'Yuri')
    await database.knex.raw(
      `insert into interactions (id, channel, direction, entry_point_id, provider_id, customer_id, state, wrapping_up, settled,
         arrived_at, wait_ms, talk_ms, hold_ms, wrap_up_ms, offers, recordings)
       select gen_random_uuid(), 'chat', 'inbound', 'main', 'later-' || g, cast(? as uuid), 'ended', false, true,
         cast(? as bigint) + g, 0, 0, 0, 0, 0, 0
       from generate_series(1, 150) g`,
      [early.customerId, (lastAt += 1_000)],
    )
    const within = async (customerId: string) =>
      (await search('xylophones', `&customer=${customerId}`)).items.map(({ interactionId }) => interactionId)
    expect(await within(early.customerId)).toEqual([early.interactionId])
    expect(await within(other.customerId)).toEqual([other.interactionId])

    const { interactionId } = other
    const recognised = { kind: 'customer-recognised', interactionId, customerId: early.customerId } as const
    const written = await writer.write([{ at: (lastAt += 1_000), ...recognised }], [])
    await indexed(written.at(-1)?.seq ?? 0)
    expect(await within(early.customerId)).toEqual([interactionId, early.interactionId])
    expect(await within(other.customerId)).toEqual([])
  })

  it('asks the index for what is rare, and looks for the rest in what it gives', async () => {
    for (let i = 0; i < 25; i++) await says(`ordinary words ${i}`)
    const { interactionId } = await said('ordinary quokka')
    const finds = async (q: string) => (await search(q, '&kinds=input')).items.map(({ interactionId: id }) => id)
    expect(await finds('ordinary quokkas')).toEqual([interactionId])
    expect(await finds('quokka unheard')).toEqual([])
  })

  it('finds people by misspelt names and by numbers, merged ones under the customer that they are shown as', async () => {
    const first = await said('hello', 'Gabriela Ionescu')
    const second = await said('hello again', 'Gabi Ionescu')
    expect((await search('Gabrela')).customers.map(({ id }) => id)).toContain(first.customerId)
    const merge = await api.call(asAna, 'POST', `/api/customers/${first.customerId}/merges`, {
      absorb: second.customerId,
    })
    expect(merge.status).toBe(201)
    const { customers } = await search('Ionesku')
    expect(customers.map(({ id, name }) => ({ id, name }))).toEqual([
      { id: first.customerId, name: 'Gabriela Ionescu' },
    ])
    const hits = await search('hello again', '&kinds=input')
    expect(hits.items[0]?.customer?.id).toBe(first.customerId)
  })

  it('finds nothing of what was erased, nor what was given in secret', async () => {
    const { interactionId } = await said('unforgettable')
    expect((await search('unforgettable')).items).toHaveLength(1)
    await database.pool.query('delete from details where interaction_id = $1', [interactionId])
    expect((await search('unforgettable')).items).toEqual([])
    const { rows } = await database.pool.query('select 1 from spoken_words where interaction_id = $1', [interactionId])
    expect(rows).toEqual([])
  })

  it('refuses strangers and what it can’t search for', async () => {
    expect((await api.call('nobody', 'GET', '/api/search?q=hello')).status).toBe(401)
    for (const wrong of ['q=', 'q=hello&kinds=secrets', 'q=hello&after=rubbish'])
      expect((await api.call(asAna, 'GET', `/api/search?${wrong}`)).status).toBe(400)
  })
})
