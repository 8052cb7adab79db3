/**
 * From the router's decision, as its fact is dated, to the offer: painted in a page, or received with its line and card by a
 * desk that is no page. All clocks are this machine's.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { TestBrowser } from '../../peers/browser.ts'
import { DeskVisitor } from '../../peers/desk.ts'
import { eventually } from '../../peers/poll.ts'
import type { Answer, TestService } from '../../peers/service.ts'
import { VisitorPage } from '../../peers/visitor.ts'
import { Latencies, type Figures } from '../router/latencies.ts'
import { BenchAgent } from './agents.ts'

export type OfferSize = Readonly<{ desks: number; pages: number; offers: number; perSecond: number }>
export type OfferFigures = Readonly<{ pages: Figures; sockets: Figures; all: Figures }>

/** Tells `offerShown` of every offer once its card has been painted. */
const watchOffers = `(() => {
  let decided = null
  const Native = window.WebSocket
  window.WebSocket = class extends Native {
    constructor(...options) {
      super(...options)
      this.addEventListener('message', ({ data }) => {
        if (typeof data !== 'string' || !data.includes('offer-made')) return
        for (const { fact } of JSON.parse(data).facts ?? []) if (fact.kind === 'offer-made') decided = fact
      })
    }
  }
  let shown = null
  const look = () => {
    if (document.querySelector('article[aria-label^="Offer:"]') === null || decided === null || shown === decided) return
    const fact = shown = decided
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => window.offerShown(fact.interactionId, Date.now() - fact.at)
      port2.postMessage(null)
    })
  }
  document.addEventListener('DOMContentLoaded', () =>
    new MutationObserver(look).observe(document, { childList: true, subtree: true }))
})()`

export async function measureOffers(
  service: TestService,
  browser: TestBrowser,
  size: OfferSize,
): Promise<OfferFigures> {
  const pages = new Latencies()
  const sockets = new Latencies()
  const all = new Latencies()
  let finished = 0
  const take = (agent: BenchAgent, kind: Latencies, interactionId: string, ms: number): void => {
    kind.add(ms)
    all.add(ms)
    agent
      .accept(interactionId)
      .then(() => agent.close(interactionId))
      .then(
        () => finished++,
        (error: unknown) => console.error(error),
      )
  }
  const agents: BenchAgent[] = []
  for (let n = 0; n < size.desks; n++) agents.push(await BenchAgent.make(service, 1))
  const closing: (() => unknown)[] = []
  // Pages and others take turns as they come free: eight pages painting at once is no work of fifty people.
  const share = size.pages / size.desks
  const isPage = (n: number): boolean => Math.floor(n * share) !== Math.floor((n - 1) * share)
  for (const agent of agents.filter((_, n) => isPage(n))) {
    const desk = await openPage(service, browser, agent, (interactionId, ms) => take(agent, pages, interactionId, ms))
    closing.push(() => desk.close())
  }
  for (const agent of agents.filter((_, n) => !isPage(n))) {
    const socket = await agent.desk((event: Answer) => {
      for (const { fact } of event.type === 'changes' ? event.facts : []) {
        const isShown = event.desk?.interactions.some((line: Answer) => line.interactionId === fact.interactionId)
        if (fact.kind === 'offer-made' && isShown) take(agent, sockets, fact.interactionId, Date.now() - fact.at)
      }
    })
    closing.push(() => socket.terminate())
  }
  for (const agent of agents) await agent.available()
  const visitors: VisitorPage[] = []
  for (let n = 0; n < size.offers; n++) {
    void VisitorPage.open(service.baseUrl).then(async (visitor) => {
      visitors.push(visitor)
      await visitor.write('support')
    })
    await delay(1_000 / size.perSecond)
  }
  await eventually(() => finished >= size.offers, {
    withinMs: 120_000,
    what: () => `${size.offers} offers; ${finished} are over`,
  })
  for (const visitor of visitors) visitor.drop()
  for (const close of closing) await close()
  return { pages: pages.figures(), sockets: sockets.figures(), all: all.figures() }
}

async function openPage(
  service: TestService,
  browser: TestBrowser,
  { username, password }: BenchAgent,
  shown: (interactionId: string, ms: number) => void,
): Promise<DeskVisitor> {
  const desk = await DeskVisitor.open(browser, service, { username, password, script: watchOffers })
  await desk.page.exposeFunction('offerShown', shown)
  await desk.button(/^Presence:/).waitFor()
  return desk
}
