/** An agent at their desk, in a real browser: what they see and press, by roles and labels. */
import type { Locator, Page } from 'playwright-core'
import { eventually } from './poll.ts'
import type { TestBrowser, Visitor } from './browser.ts'
import type { TestService } from './service.ts'

export type Packets = Readonly<{ sent: number; received: number }>

/** Keeps every connection that a page makes, so that its own figures can be asked. */
export const keepConnections = `
  const Native = window.RTCPeerConnection
  window.connections = []
  window.RTCPeerConnection = class extends Native {
    constructor(...options) { super(...options); window.connections.push(this) }
  }`
const audioPackets = `(async () => {
  const packets = { sent: 0, received: 0 }
  for (const connection of window.connections.filter((it) => it.connectionState === 'connected')) {
    for (const entry of (await connection.getStats()).values()) {
      if (entry.type === 'outbound-rtp' && entry.kind === 'audio') packets.sent += entry.packetsSent
      if (entry.type === 'inbound-rtp' && entry.kind === 'audio') packets.received += entry.packetsReceived
    }
  }
  return packets
})()`

type DeskOptions = Parameters<TestBrowser['visitor']>[1]

export class DeskVisitor {
  readonly page: Page
  readonly problems: readonly string[]
  readonly #visitor: Visitor

  private constructor(visitor: Visitor) {
    this.#visitor = visitor
    this.page = visitor.page
    this.problems = visitor.problems
  }

  static async signIn(
    browser: TestBrowser,
    service: TestService,
    username: string,
    options: DeskOptions = {},
  ): Promise<DeskVisitor> {
    const agent = service.firstStart.agents.find((one) => one.username === username)
    return DeskVisitor.open(browser, service, { username, password: agent?.password ?? '', ...options })
  }

  /** `script`: runs in the page before its own. */
  static async open(
    browser: TestBrowser,
    service: TestService,
    { username, password, script, ...options }: DeskOptions & { username: string; password: string; script?: string },
  ): Promise<DeskVisitor> {
    const visitor = await browser.visitor(service.baseUrl, options)
    await visitor.context.addInitScript(keepConnections)
    if (script !== undefined) await visitor.context.addInitScript(script)
    // As the sign-in page does, which has a test of its own.
    await visitor.context.request.post('/api/sessions', { data: { username, password } })
    await visitor.page.goto('/desk')
    return new DeskVisitor(visitor)
  }

  /** Telephone registered, presence available, and the router agrees. */
  async available(service: TestService, username: string): Promise<void> {
    await this.button('Telephone: Phone is ready').waitFor()
    await this.page.getByRole('button', { name: /^Presence:/ }).click()
    await this.page.getByRole('menuitem', { name: 'Available' }).click()
    await this.button('Presence: Available').waitFor()
    await service.agentServesCalls(username)
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' })
  }

  offer(): Locator {
    return this.page.getByRole('article', { name: /^Offer:/ })
  }

  packets(): Promise<Packets> {
    return packetsOf(this.page)
  }

  /** More packets came and went than now; a second of talk is about fifty. */
  audioGrows(by = 25, withinMs = 15_000): Promise<void> {
    return audioGrows(this.page, by, withinMs)
  }

  close(): Promise<void> {
    return this.#visitor.context.close()
  }
}

const packetsOf = (page: Page): Promise<Packets> => page.evaluate<Packets>(audioPackets)

/** More packets came and went than now, on a page that kept its connections from the start. */
export async function audioGrows(page: Page, by = 25, withinMs = 15_000): Promise<void> {
  const before = await packetsOf(page)
  let last = before
  await eventually(
    async () => {
      last = await packetsOf(page)
      return last.sent >= before.sent + by && last.received >= before.received + by
    },
    { withinMs, what: () => `audio both ways; from ${JSON.stringify(before)} to ${JSON.stringify(last)}` },
  )
}
