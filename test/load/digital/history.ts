/** What reading a large history costs, through the API as a desk asks it: timelines and searches, and how both grow. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { migrate, openDatabase } from '../../../src/platform/database/database.ts'
import { createFactWriter } from '../../peers/fact-writer.ts'
import { startHistoryApi, type HistoryApi } from '../../peers/history-api.ts'
import { startTestPostgres } from '../../peers/servers.ts'
import { Latencies, type Figures } from '../router/latencies.ts'
import { makeLargeHistory } from './large-history.ts'

export type HistoryFigures = Readonly<{ messages: number; madeInS: number; reads: Readonly<Record<string, Figures>> }>

const rounds = 50
const warmUpRounds = 5

const searches = {
  'search: in every tenth message': 'q=invoice',
  'search: in one of 2,000': 'q=complaint',
  'search: in one of 250,000': 'q=zanzibar',
  'search: only in the distant past': 'q=telegraph',
  'search: two words': 'q=invoice%20complaint',
  'search: nowhere': 'q=nowhere',
  'search: a person, misspelt': 'q=Famly1234',
} as const

/** Milliseconds. Pages hold what a desk shows at once. `folder`: where histories are kept; null: it is made for this run. */
export async function measureHistory(messages: number, folder: string | null): Promise<HistoryFigures> {
  await using postgres = await startTestPostgres(folder === null ? {} : { folder: join(folder, String(messages)) })
  await using database = openDatabase(postgres.url)
  await migrate(database)
  const began = performance.now()
  const { loyalCustomer } = await makeLargeHistory(database, messages)
  const madeInS = Math.round((performance.now() - began) / 1_000)
  await using writer = await createFactWriter(database)
  await using api = await startHistoryApi(database, writer)
  const token = api.signIn(randomUUID(), 'agent')
  const timeline = `/api/customers/${loyalCustomer}/timeline`
  const deep = await cursorAfter(api, token, timeline, 100)
  const reads = {
    'timeline: newest page': `${timeline}?limit=50`,
    'timeline: a page in the middle': `${timeline}?limit=50&after=${deep}`,
    'card of the customer': `/api/customers/${loyalCustomer}/card`,
    ...Object.fromEntries(Object.entries(searches).map(([name, query]) => [name, `/api/search?${query}&limit=20`])),
    ...Object.fromEntries(
      ['complaint', 'invoice', 'telegraph', 'nowhere'].map((word) => [
        `search: within the customer, ${word}`,
        `/api/search?q=${word}&limit=20&customer=${loyalCustomer}`,
      ]),
    ),
  }
  const latencies = new Map(Object.keys(reads).map((name) => [name, new Latencies()]))
  // In turns, so that whatever else the machine does concerns all of them alike.
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const [name, path] of Object.entries(reads)) {
      const asked = performance.now()
      const { status } = await api.call(token, 'GET', path)
      if (status !== 200) throw new Error(`${path} answered ${status}`)
      if (round >= 0) latencies.get(name)?.add(performance.now() - asked)
    }
  }
  return {
    messages,
    madeInS,
    reads: Object.fromEntries([...latencies].map(([name, all]) => [name, all.figures()])),
  }
}

async function cursorAfter(api: HistoryApi, token: string, path: string, pages: number): Promise<string> {
  let after = ''
  for (let page = 0; page < pages; page++) {
    const { json } = await api.call(token, 'GET', `${path}?limit=50${after === '' ? '' : `&after=${after}`}`)
    after = (json as { next: string | null }).next ?? after
  }
  return after
}
