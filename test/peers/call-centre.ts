import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { Phone } from './phone.ts'
import { eventually } from './poll.ts'
import type { TestAsterisk } from './servers.ts'
import { TestService, type Answer, type ServiceOptions } from './service.ts'
import { startSipAgent, type AgentBehaviour } from './sip-agent.ts'
import { startSipCaller, type CallerBehaviour } from './sip-caller.ts'
import type { KeyPresses } from './sipp-scenario.ts'
import type { Sipp } from './sipp.ts'
import { WirePhone, type WirePhoneOptions } from './wire-phone.ts'

/** Flows that do one thing each, for tests. */
export const testFlows = fileURLToPath(new URL('../fixtures/flows', import.meta.url))

/** Agents of the first start. */
export type AgentName = 'ana' | 'bogdan' | 'citra'

/** A queue without what would only slow tests down; each test says what it wants. */
const plainQueue = {
  requirement: {},
  priority: 0,
  selection: 'longest-idle',
  ringTimeoutMs: 20_000,
  wrapUpMs: 0,
  maxWaiting: null,
  maxWaitMs: null,
  relaxation: [],
  overflow: [],
  preferredAgentHoldMs: 30_000,
  recording: false,
  announcements: { everyMs: 0, position: false, wait: false },
  comfort: { everyMs: 0, messages: [] },
}

export type Conversation = Readonly<{ id: string; caller: Phone; agent: Phone }>

/** The words that tests about calls are told in, on top of the whole running product. */
export class CallCentre {
  readonly service: TestService
  #callers = 0

  private constructor(service: TestService) {
    this.service = service
  }

  static async start(options: ServiceOptions = {}): Promise<CallCentre> {
    return new CallCentre(await TestService.start({ flows: testFlows, ...options }))
  }

  /** The number that leads to the flow. */
  number(flow: string): string {
    const found = this.service.firstStart.numbers.find((one) => one.flow === flow)
    if (found === undefined) throw new Error(`no number leads to ${flow}`)
    return found.number
  }

  /** A number that nobody has called from yet. */
  newCaller(): string {
    return `+4072200${String(1000 + ++this.#callers)}`
  }

  async queue(change: Record<string, unknown> = {}, id = 'sales'): Promise<void> {
    await this.service.api('PATCH', `/api/queues/${id}`, { ...plainQueue, ...change })
  }

  /** A phone without an account that has been answered by the flow. */
  async caller(
    flow: string,
    from = this.newCaller(),
    toneHz = 700,
    at: Pick<TestAsterisk, 'sipHost' | 'sipPort'> = this.service.asterisk,
  ): Promise<Phone> {
    const caller = await this.service.caller(from, toneHz, at)
    try {
      await caller.dial(this.number(flow))
      await caller.established()
      return caller
    } catch (error) {
      await caller[Symbol.asyncDispose]()
      throw error
    }
  }

  sippCaller(
    flow: string,
    behaviour: CallerBehaviour,
    more: { from?: string; keys?: KeyPresses; calls?: number; rate?: number } = {},
  ): Promise<Sipp> {
    const { sipHost: host, sipPort: port } = this.service.asterisk
    const { from = this.newCaller(), ...rest } = more
    return startSipCaller({ host, port, number: this.number(flow), behaviour, callerNumber: from, ...rest })
  }

  /** An available agent whose phone SIPp plays. */
  async sippAgent(name: AgentName, behaviour: AgentBehaviour): Promise<Sipp> {
    const sip = this.service.firstStart.agents.find(({ username }) => username === name)?.sip
    if (sip === undefined) throw new Error(`no agent is called ${name}`)
    const { sipHost: host, sipPort: port } = this.service.asterisk
    const sipp = await startSipAgent({ host, port, ...sip, behaviour })
    await this.available(name)
    return sipp
  }

  /** An available agent whose phone shows every word on the wire. */
  async wirePhone(name: AgentName, more: Partial<WirePhoneOptions> = {}): Promise<WirePhone> {
    const sip = this.service.firstStart.agents.find(({ username }) => username === name)?.sip
    if (sip === undefined) throw new Error(`no agent is called ${name}`)
    const { sipHost: host, sipPort: port } = this.service.asterisk
    const phone = await WirePhone.open({ host, port, ...sip, ...more })
    await this.available(name)
    return phone
  }

  /** The telephone of the agent's page, as far as the wire goes; beside a desk phone, if there is one. */
  async pagePhone(
    name: AgentName,
    { sipHost: host, sipPort: port }: Pick<TestAsterisk, 'sipHost' | 'sipPort'> = this.service.asterisk,
  ): Promise<WirePhone> {
    const { username, password } = await this.service.api('GET', '/api/me/softphone', undefined, name)
    return WirePhone.open({ host, port, username, password, isBrowser: true })
  }

  async available(name: AgentName): Promise<void> {
    await this.service.api('PUT', '/api/me/presence', { presence: 'available' }, name)
    await this.service.agentServesCalls(name)
  }

  async offline(name: AgentName): Promise<void> {
    await this.service.api('PUT', '/api/me/presence', { presence: 'offline' }, name)
  }

  /** Caller and agent on the line, both joined. */
  async talk(agent: Phone, flow = 'line', from = this.newCaller()): Promise<Conversation> {
    const caller = await this.caller(flow, from)
    try {
      await agent.ringing()
      await agent.answer()
      await agent.established()
      const { id } = await this.interactionFrom(from, ({ state }) => state === 'engaged')
      await bothHear({ id, caller, agent })
      return { id, caller, agent }
    } catch (error) {
      await caller[Symbol.asyncDispose]()
      throw error
    }
  }

  /** The newest interaction of whoever calls from that number, as the list tells it. */
  async interactionFrom(from: string, wanted: (interaction: Answer) => boolean = () => true): Promise<Answer> {
    let last: Answer
    return eventually(
      async () => {
        const { items } = await this.service.api('GET', `/api/customers?search=${encodeURIComponent(from)}`)
        const customer = items[0]
        if (customer === undefined) return undefined
        last = (await this.service.api('GET', `/api/interactions?customer=${customer.id}`)).items[0]
        return last !== undefined && wanted(last) && last
      },
      { withinMs: 8_000, what: () => `the interaction from ${from} as wanted; last seen ${JSON.stringify(last)}` },
    )
  }

  /** The whole story of one interaction, once it reads as wanted; one that is about to begin is waited for. */
  async story(id: string, wanted: (story: Answer) => boolean = () => true, withinMs = 8_000): Promise<Answer> {
    let last: Answer
    return eventually(
      async () => {
        const { status, json } = await this.service.request('GET', `/api/interactions/${id}`)
        last = json
        if (status !== 200 && status !== 404) throw new Error(`the story of ${id}: ${status} ${JSON.stringify(json)}`)
        return status === 200 && wanted(last) && last
      },
      { withinMs, what: () => `the story as wanted; last seen ${JSON.stringify(last)}` },
    )
  }

  ended(id: string): Promise<Answer> {
    return this.story(id, ({ state }) => state === 'ended')
  }

  /** Until Asterisk has written down so much of a recording that began just now. */
  async recordsFor(ms: number): Promise<void> {
    const folder = join(this.service.asterisk.dir, 'spool', 'recording')
    const sizes = () => readdirSync(folder).map((name): [string, number] => [name, sizeOf(join(folder, name))])
    const before = new Map(sizes())
    await eventually(() => sizes().some(([name, size]) => size - (before.get(name) ?? 0) >= ms * wavBytesPerMs), {
      withinMs: 15_000,
      what: `${ms} ms of a recording`,
    })
  }

  /** Cuts a line as if its network had taken it away. */
  async hangUpInAsterisk(channelId: string): Promise<void> {
    await this.ari(`channels/${encodeURIComponent(channelId)}`, 'DELETE')
  }

  /** What Asterisk itself says, past the service. */
  async ari(path: string, method = 'GET'): Promise<Answer> {
    const url = new URL(this.service.asterisk.ariUrl)
    const authorization = `Basic ${Buffer.from(`${url.username}:${url.password}`).toString('base64')}`
    const response = await fetch(`http://${url.host}/ari/${path}`, { method, headers: { authorization } })
    const text = await response.text()
    return text === '' ? null : JSON.parse(text)
  }

  /**
   * No channel, no bridge, no interaction that lives on, and no agent with a call that is over. `complaining`: something was
   * away, and the service may have said so.
   */
  async leavesNoGhost({ complaining = false } = {}): Promise<void> {
    let left: unknown
    await eventually(
      async () => {
        const [channels, bridges, { items }, agents] = await Promise.all([
          this.ari('channels'),
          this.ari('bridges'),
          this.service.api('GET', '/api/interactions?limit=200'),
          this.service.api('GET', '/api/agents'),
        ])
        const live = items.filter(({ state }: Answer) => state !== 'ended')
        const busy = agents.items.filter(({ works }: Answer) => works.some(({ phase }: Answer) => phase !== 'wrap-up'))
        left = { channels: channels.map(({ name }: Answer) => name), bridges, live, busy }
        return [channels, bridges, live, busy].every((list) => list.length === 0)
      },
      { withinMs: 8_000, what: () => `nothing left of any call; there is ${JSON.stringify(left)}` },
    )
    if (!complaining) expect(this.complaints()).toEqual([])
  }

  /**
   * What the service logged as an error. That its database said nothing for a second is none: a machine with too much to do does
   * that, decisions are held meanwhile, and what comes of it is what tests look at.
   */
  complaints(): string[] {
    return this.service.output
      .split('\n')
      .filter((line) => /"level":(50|60|"error"|"fatal")/.test(line))
      .filter((line) => !/"no answer within 1000 ms".*"the database does not answer;/.test(line))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.service[Symbol.asyncDispose]()
  }
}

const wavBytesPerMs = 16

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0
}

export async function bothHear({ caller, agent }: Conversation): Promise<void> {
  await Promise.all([agent.hears(700), caller.hears(440)])
}
