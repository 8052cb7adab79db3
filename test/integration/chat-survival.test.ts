import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AgentDesk } from '../peers/agent-desk.ts'
import { eventually } from '../peers/poll.ts'
import { TestService, type Answer } from '../peers/service.ts'
import { VisitorPage } from '../peers/visitor.ts'

const chats = 1_000
const atOnce = 100

let service: TestService
/** The chat of the first test. */
let served = ''

beforeAll(async () => {
  service = await TestService.start()
  for (const id of ['sales', 'support'])
    await service.api('PATCH', `/api/queues/${id}`, { wrapUpMs: 0, ringTimeoutMs: 300_000, overflow: [] })
})
afterAll(() => service?.[Symbol.asyncDispose]())

const messagesOf = async (id: string): Promise<string[]> =>
  (await service.api('GET', `/api/interactions/${id}/messages`)).items.map(
    ({ from, text }: Answer) => `${from}: ${text}`,
  )

/** What a widget does: comes back whenever the line is lost, and says again what nobody confirmed. */
async function insist<T>(act: () => Promise<T>): Promise<T> {
  let last: unknown
  return eventually(
    async () => {
      try {
        return { done: await act() }
      } catch (error) {
        last = error
        return undefined
      }
    },
    { withinMs: 90_000, everyMs: 200, what: () => `it to work: ${String(last)}` },
  ).then(({ done }) => done)
}

async function allAtOnce(items: readonly number[], work: (item: number) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

async function killOnceThereAre(reached: () => boolean): Promise<void> {
  await eventually(reached, { withinMs: 120_000, everyMs: 10, what: 'the moment to kill' })
  await service.kill('SIGKILL')
  await service.restart()
}

describe('kill -9', () => {
  it('while an agent writes: the visitor reads each message once and in order', async () => {
    using visitor = await VisitorPage.open(service.baseUrl)
    let desk = await AgentDesk.open(service, 'bogdan')
    await visitor.write('support')
    const id = await desk.offered()
    served = id
    await desk.accept(id)
    await visitor.is('talking')
    let written = 0
    const writing = (async () => {
      for (let n = 1; n <= 60; n++) {
        await insist(() => desk.write(id, `line ${n}`))
        written = n
      }
    })()
    await Promise.all([writing, killOnceThereAre(() => written >= 20)])
    await insist(async () => {
      if (!visitor.isOpen) await visitor.connect()
      await visitor.reads('line 60')
    })
    const lines = visitor.messages.filter(({ from }) => from === 'agent').map(({ text }) => text)
    expect(lines).toEqual(Array.from({ length: 60 }, (_, i) => `line ${i + 1}`))
    desk[Symbol.dispose]()
    desk = await AgentDesk.open(service, 'bogdan')
    await visitor.write('got it')
    await desk.reads('got it')
    await desk.act('POST', `/api/interactions/${id}/close`)
    desk[Symbol.dispose]()
    await service.api('PUT', '/api/me/presence', { presence: 'offline' }, 'bogdan')
  })

  it('during 1,000 inbound chats: all are in the history, each once, in order, greeted and queued once', async () => {
    let begun = 0
    const visitors = allAtOnce([...Array(chats).keys()], async (n) => {
      begun++
      const page = new VisitorPage(service.baseUrl)
      for (const text of ['sales', `second of ${n}`]) {
        await insist(async () => {
          if (!page.isOpen) await page.connect()
          await page.write(text, { id: text, withinMs: 5_000 })
        })
      }
      page.drop()
    })
    const killed = killOnceThereAre(() => begun > chats / 3)
    await Promise.all([visitors, killed])
    await eventually(async () => (await service.api('GET', '/api/inbox/set-aside')).items.length === 0, {
      withinMs: 10_000,
      what: 'no message set aside',
    })
    const ids: string[] = []
    for (let after: string | null = ''; after !== null;) {
      const page: Answer = await service.api(
        'GET',
        `/api/interactions?limit=200${after === '' ? '' : `&after=${after}`}`,
      )
      for (const { id, channel } of page.items) if (channel === 'chat' && id !== served) ids.push(id)
      after = page.next
    }
    expect(ids).toHaveLength(chats)
    const seconds = new Set<string>()
    await allAtOnce([...ids.keys()], async (i) => {
      const id = ids[i] ?? ''
      const read = await eventually(
        async () => {
          const lines = await messagesOf(id)
          return lines.length >= 3 && lines
        },
        { withinMs: 60_000, what: 'both messages' },
      )
      expect(read.filter((line) => !line.startsWith('flow: Welcome'))).toEqual([
        'customer: sales',
        expect.stringMatching(/^customer: second of \d+$/),
      ])
      expect(read.filter((line) => line.startsWith('flow: '))).toHaveLength(1)
      seconds.add(read.at(-1) ?? '')
    })
    expect(seconds.size).toBe(chats)
  })
})
