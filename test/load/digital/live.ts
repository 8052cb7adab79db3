/** How long a visitor's message takes to the live socket of their agent, stored on the way, while others are connected. */
import { randomUUID } from 'node:crypto'
import WebSocket from 'ws'
import { eventually } from '../../peers/poll.ts'
import type { Answer, TestService } from '../../peers/service.ts'
import { VisitorPage } from '../../peers/visitor.ts'
import { Latencies, type Figures } from '../router/latencies.ts'

export type LiveSize = Readonly<{
  /** Connected at the same time; those who write among them. */
  visitors: number
  perSecond: number
  agents: number
  seconds: number
}>

const chatsPerAgent = 16
const connectingAtOnce = 50

export type LiveFigures = Readonly<{ sent: number; lost: number; latency: Figures }>

export async function measureLive(service: TestService, size: LiveSize): Promise<LiveFigures> {
  const talks = size.agents * chatsPerAgent
  const latencies = new Latencies()
  const sentAt = new Map<string, number>()
  const desks = await openDesks(service, size.agents, (text) => {
    const at = sentAt.get(text)
    if (at === undefined) return
    sentAt.delete(text)
    latencies.add((performance.now() - at) * 1_000)
  })
  const pages: VisitorPage[] = []
  const left = [...Array(size.visitors).keys()]
  const connect = async (): Promise<void> => {
    for (let n = left.pop(); n !== undefined; n = left.pop()) pages.push(await VisitorPage.open(service.baseUrl))
  }
  await Promise.all(Array.from({ length: connectingAtOnce }, connect))
  const talking = pages.slice(0, talks)
  for (const page of talking) await page.write('support')
  await eventually(() => talking.every(({ state }) => state?.phase === 'talking'), {
    withinMs: 120_000,
    what: () => `${talks} conversations; ${talking.filter(({ state }) => state?.phase === 'talking').length} go on`,
  })
  let sent = 0
  const total = size.perSecond * size.seconds
  const begun = performance.now()
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - begun) / 1_000) * size.perSecond))
      for (; sent < due; sent++) {
        const text = `${sent} ${randomUUID()}`
        sentAt.set(text, performance.now())
        talking[sent % talking.length]?.say({ send: { id: text, text } })
      }
      if (sent < total) return
      clearInterval(timer)
      resolve()
    }, 5)
  })
  await eventually(() => sentAt.size === 0, { withinMs: 60_000, what: 'all messages' }).catch(() => undefined)
  for (const page of pages) page.drop()
  for (const desk of desks) desk.terminate()
  return { sent, lost: sentAt.size, latency: latencies.figures() }
}

/** Agents who take every offer at once. */
async function openDesks(service: TestService, count: number, heard: (text: string) => void): Promise<WebSocket[]> {
  const desks: WebSocket[] = []
  for (let n = 0; n < count; n++) {
    const username = `bench-${randomUUID().slice(0, 8)}`
    const password = `${randomUUID()}-Aa1`
    await service.api('POST', '/api/users', {
      username,
      name: username,
      password,
      oneTime: false,
      role: 'agent',
      agent: { skills: {}, queueIds: ['support'], capacity: { chat: chatsPerAgent } },
    })
    const token = await service.token(username, password)
    const call = (method: string, path: string, body: object): Promise<Response> =>
      fetch(service.baseUrl + path, {
        method,
        body: JSON.stringify(body),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      })
    const socket = new WebSocket(`${service.baseUrl.replace(/^http/, 'ws')}/api/live?token=${token}`)
    socket.on('message', (data) => {
      const event: Answer = JSON.parse(String(data))
      if (event.type === 'message') heard(event.message.text)
      if (event.type !== 'changes') return
      for (const { fact } of event.facts)
        if (fact.kind === 'offer-made')
          void call('POST', `/api/interactions/${fact.interactionId}/offer`, { action: 'accept' })
    })
    // Offers of before the snapshot would be told in it.
    await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject))
    await call('PUT', '/api/me/presence', { presence: 'available' })
    desks.push(socket)
  }
  return desks
}
