/** One page with thirty people who write: how long it takes from a key or a click until the page shows what came of it. */
import { setTimeout as delay } from 'node:timers/promises'
import type { TestBrowser } from '../../peers/browser.ts'
import { DeskVisitor } from '../../peers/desk.ts'
import { eventually } from '../../peers/poll.ts'
import type { TestService } from '../../peers/service.ts'
import { VisitorPage } from '../../peers/visitor.ts'
import { Latencies, type Figures } from '../router/latencies.ts'
import { BenchAgent } from './agents.ts'

export type ConversationFigures = Readonly<{
  interactions: number
  /** Until the next frame was painted; what took less than 16 ms counts as 16. */
  untilPainted: Figures
  /** In the page's own code. */
  inCode: Figures
  longTasks: number
  longestTaskMs: number
}>

const conversations = 30
const writtenEveryMs = 200
/** The browser reports no event that was faster. */
const reportedFromMs = 16

/** What the browser says of every interaction (Event Timing) and of tasks above 50 ms. */
const watchEvents = `(() => {
  window.timings = { events: [], tasks: [] }
  window.beginTimings = () => {
    window.timings = { events: [], tasks: [], before: performance.interactionCount }
    new PerformanceObserver((list) => {
      for (const { name, duration, interactionId, processingStart, processingEnd } of list.getEntries())
        if (interactionId > 0) window.timings.events.push({ name, duration, interactionId, code: processingEnd - processingStart })
    }).observe({ type: 'event', durationThreshold: 16 })
    new PerformanceObserver((list) => window.timings.tasks.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: 'longtask' })
  }
  window.endTimings = () => ({ ...window.timings, count: performance.interactionCount - window.timings.before })
})()`

type Timings = {
  events: { name: string; duration: number; interactionId: number; code: number }[]
  tasks: number[]
  count: number
}

export async function measureConversations(
  service: TestService,
  browser: TestBrowser,
  rounds: number,
): Promise<ConversationFigures> {
  const agent = await BenchAgent.make(service, conversations)
  const { username, password } = agent
  const desk = await DeskVisitor.open(browser, service, { username, password, script: watchEvents })
  await desk.button(/^Presence:/).waitFor()
  await agent.available()
  const visitors: VisitorPage[] = []
  for (let n = 0; n < conversations; n++) {
    const visitor = await VisitorPage.open(service.baseUrl)
    visitors.push(visitor)
    await visitor.write('support')
    await desk.offer().waitFor()
    await desk.page.keyboard.press('a')
    await visitor.is('talking')
    await desk.offer().waitFor({ state: 'hidden' })
  }
  // Whoever was answered moves down the list: from those who need me to those who think about it.
  const rows = desk.page.getByRole('region', { name: /^(Live|Waiting for the customer)$/ }).getByRole('button')
  await eventually(async () => (await rows.count()) === conversations, {
    withinMs: 30_000,
    what: 'thirty conversations',
  })

  let isOver = false
  let written = 0
  const writing = (async () => {
    while (!isOver) {
      const n = written++
      visitors[n % conversations]?.say({ send: { id: crypto.randomUUID(), text: `Where is parcel ${n}?` } })
      await delay(writtenEveryMs)
    }
  })()
  await desk.page.evaluate('window.beginTimings()')
  for (let round = 0; round < rounds; round++) {
    await rows.nth((round * 7) % conversations).click()
    await desk.page.keyboard.press('r')
    await desk.page.keyboard.type('On its way. ', { delay: 20 })
    await desk.page.keyboard.press('Enter')
    await desk.page.keyboard.press('Escape')
    await desk.page.keyboard.press('Alt+ArrowDown')
  }
  const timings: Timings = await desk.page.evaluate('window.endTimings()')
  isOver = true
  await writing
  for (const visitor of visitors) visitor.drop()
  await agent.act('PUT', '/api/me/presence', { presence: 'offline' })
  await desk.close()
  return figuresOf(timings)
}

function figuresOf({ events, tasks, count }: Timings): ConversationFigures {
  const untilPainted = new Latencies()
  const inCode = new Latencies()
  const byInteraction = Map.groupBy(events, ({ interactionId }) => interactionId)
  for (const its of byInteraction.values()) {
    untilPainted.add(Math.max(...its.map(({ duration }) => duration)))
    inCode.add(Math.max(...its.map(({ code }) => code)))
  }
  for (let n = byInteraction.size; n < count; n++) untilPainted.add(reportedFromMs)
  return {
    interactions: count,
    untilPainted: untilPainted.figures(),
    inCode: inCode.figures(),
    longTasks: tasks.length,
    longestTaskMs: Math.max(0, ...tasks),
  }
}
