import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Outbox } from '../../src/engine/outbox.ts'
import { append } from '../../src/engine/store.ts'
import { migrate, openDatabase, type Database } from '../../src/platform/database/database.ts'
import { createLog } from '../../src/platform/log.ts'
import { createFactWriter, type FactWriter } from '../peers/fact-writer.ts'
import { eventually } from '../peers/poll.ts'
import { startTestPostgres, type TestPostgres } from '../peers/servers.ts'

let postgres: TestPostgres
let database: Database
let writer: FactWriter

beforeEach(async () => {
  postgres = await startTestPostgres()
  database = openDatabase(postgres.url)
  await migrate(database)
  writer = await createFactWriter(database)
})
afterEach(async () => {
  await writer[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

type Deliver = ConstructorParameters<typeof Outbox>[0]['deliver'] extends ReadonlyMap<string, infer D> ? D : never

const outboxWith = (deliver: Deliver): Outbox =>
  new Outbox({
    database,
    writer,
    log: createLog({ level: 'silent' }),
    now: Date.now,
    deliver: new Map([['sms', deliver]]),
  })

/** Stored as the engine does, in the transaction of its fact. */
async function say(identity: string, text: string): Promise<string> {
  const messageId = randomUUID()
  const interactionId = randomUUID()
  const { rows } = await database.pool.query<{ epoch: number; seq: number }>(
    'select (select epoch from writer_epoch) as epoch, coalesce(max(seq), 0) as seq from facts',
  )
  const { epoch = 0, seq = 0 } = rows[0] ?? {}
  const fact = { at: 1, kind: 'message-sent', interactionId, messageId, by: 'agent', length: 1, files: 0 } as const
  const to = { channel: 'sms', entryPointId: 'sms-1000', identity } as const
  const sends = [{ messageId, interactionId, ...to, body: { text } }]
  await append(database, epoch, [
    { facts: [{ seq: seq + 1, fact }], commands: [], details: [], checkpoint: null, sends },
  ])
  return messageId
}

const settled = (): unknown[] =>
  writer.submissions.flatMap((input) =>
    input.kind === 'record' && input.fact.kind === 'message-settled'
      ? [[input.fact.messageId, input.fact.outcome]]
      : [],
  )

describe('the outbox', () => {
  it('hands each message over once, those to one identity in order, also after a failure', async () => {
    const sent: string[] = []
    let refusals = 1
    for (const text of ['a1', 'b1', 'a2', 'b2', 'a3']) await say(text[0] ?? '', text)
    const outbox = outboxWith(async ({ body }) => {
      const { text } = body as { text: string }
      if (text === 'a2' && refusals-- > 0) return { outcome: 'later', cause: 'busy' }
      sent.push(text)
      return { outcome: 'sent' }
    })
    await outbox.open()
    await eventually(() => sent.length === 5, { withinMs: 20_000, what: () => `all sent: ${sent.join()}` })
    expect(sent.filter((text) => text.startsWith('a'))).toEqual(['a1', 'a2', 'a3'])
    expect(sent.filter((text) => text.startsWith('b'))).toEqual(['b1', 'b2'])
    await eventually(() => settled().length === 5, { withinMs: 10_000, what: 'all settled' })
    await outbox.stop()
  })

  it('sends a second time only what nobody heard the answer of, and says that it is uncertain', async () => {
    const taken: string[] = []
    const [first, second, third] = [await say('a', 'one'), await say('b', 'two'), await say('a', 'three')]
    // A process that is killed between handing over and hearing the answer of `one`.
    const killed = outboxWith(({ body }) => {
      const { text } = body as { text: string }
      taken.push(text)
      return text === 'one' ? new Promise(() => undefined) : Promise.resolve({ outcome: 'sent' })
    })
    await killed.open()
    await eventually(() => taken.includes('one') && settled().length === 1, { withinMs: 10_000, what: 'one taken' })
    const next = outboxWith(async ({ body }) => {
      taken.push((body as { text: string }).text)
      return { outcome: 'sent' }
    })
    await next.open()
    await eventually(() => settled().length === 3, { withinMs: 10_000, what: 'all settled' })
    expect(taken).toEqual(['one', 'two', 'one', 'three'])
    expect(settled()).toEqual([
      [second, 'delivered'],
      [first, 'uncertain'],
      [third, 'delivered'],
    ])
    await next.stop()
  })

  it('tells when a message is refused for good', async () => {
    const messageId = await say('a', 'to nobody')
    const outbox = outboxWith(async () => ({ outcome: 'refused', cause: 'no such number' }))
    await outbox.open()
    await eventually(() => settled().length === 1, { withinMs: 10_000, what: 'settled' })
    expect(settled()).toEqual([[messageId, 'failed']])
    await outbox.stop()
  })
})
