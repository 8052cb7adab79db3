/** Agents' SIP accounts in Asterisk, pushed without files, and which of their phones can be reached. */
import type { AgentId, Instant } from '../../core/ids.ts'
import type { Ari } from './ari/operations.ts'
import { accountObjects } from './phone-account.ts'
import { mayRefer } from './referrals.ts'
import type { SipAccount, VoicePorts } from './ports.ts'

/** Enough to keep Asterisk busy, few enough not to starve calls on the same socket. */
const pushedAtOnce = 20
const secondLookAfterMs = 2_000

export class Phones {
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #pushed = new Map<string, string>()
  /** Endpoints that can be reached, to when they were seen coming online; 0: they were when we came. */
  readonly #online = new Map<string, Instant>()
  /** Endpoints that a device has told to be reachable since the connection: a list that says otherwise lags behind. */
  readonly #heard = new Set<string>()
  #secondLook: NodeJS.Timeout | null = null
  readonly #onChange: (agentId: AgentId) => void
  #pushing: Promise<void> = Promise.resolve()
  #isKnown = false
  #mayRefer = false
  /** What is told meanwhile may be of registrations that Asterisk kept over its own restart. */
  #isSettling = false

  /** `onChange`: one of the agent's phones can be reached here, or can't any more. */
  constructor(ari: Ari, ports: VoicePorts, onChange: (agentId: AgentId) => void) {
    this.#ari = ari
    this.#ports = ports
    this.#onChange = onChange
  }

  /** Which phones can be reached, asked before anybody is rung: what was heard under an earlier connection is old. */
  async reconnected(): Promise<void> {
    this.#isSettling = true
    this.#heard.clear()
    await this.#takeStock()
  }

  async #takeStock(): Promise<void> {
    await this.#look(this.#ports.directory.sipAccounts())
  }

  /** Asterisk keeps them in memory: after each connection they may all be gone. */
  async connected(): Promise<void> {
    this.#pushed.clear()
    this.#mayRefer = mayRefer(this.#ports.phoneTransfers, await this.#ari.version())
    await this.push()
    this.#isSettling = false
  }

  stop(): void {
    if (this.#secondLook !== null) clearTimeout(this.#secondLook)
  }

  /** Brings Asterisk to what the directory says; only what differs is sent. */
  push(): Promise<void> {
    this.#pushing = this.#pushing.then(() => this.#push())
    return this.#pushing
  }

  /**
   * A device without a registered contact is UNAVAILABLE. Device states are listened to rather than endpoints, because an
   * endpoint's subscription sends every event of its channels a second time.
   */
  deviceChanged({ name, state }: { name: string; state: string }): void {
    const [technology, endpoint] = name.split('/', 2)
    if (technology !== 'PJSIP' || endpoint === undefined) return
    const agentId = this.#ports.directory.agentOfEndpoint(endpoint)
    if (agentId === null) return
    const online = state !== 'UNAVAILABLE' && state !== 'INVALID' && state !== 'UNKNOWN'
    if (online) this.#heard.add(endpoint)
    else this.#heard.delete(endpoint)
    // A device tells of each call that comes and goes, too.
    if (this.#note(endpoint, online, this.#isSettling ? 0 : this.#ports.now())) this.#onChange(agentId)
  }

  /** When the endpoint's phone was seen coming online here; 0: it was when we came; null: it is not. */
  onlineSince(endpoint: string): Instant | null {
    return this.#online.get(endpoint) ?? null
  }

  /** Whether Asterisk has said which phones are registered. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  get onlineCount(): number {
    return this.#online.size
  }

  /** Asterisk is dead, and with it every registration. */
  lost(): void {
    this.#isKnown = true
    this.#heard.clear()
    this.#online.clear()
    for (const { agentId } of this.#ports.directory.sipAccounts()) this.#onChange(agentId)
  }

  async #push(): Promise<void> {
    const accounts = this.#ports.directory.sipAccounts()
    const wanted = new Set(accounts.map((account) => account.endpoint))
    const gone = [...this.#pushed.keys()].filter((endpoint) => !wanted.has(endpoint))
    const changed = accounts.filter((account) => this.#pushed.get(account.endpoint) !== account.ha1)
    // Before they can register, so that no registration goes unheard.
    await this.#listen(changed)
    for (let i = 0; i < changed.length; i += pushedAtOnce)
      await Promise.all(changed.slice(i, i + pushedAtOnce).map((account) => this.#put(account)))
    for (const endpoint of gone) await this.#remove(endpoint)
    if (changed.length === 0) return
    await this.#look(changed)
    // The list of endpoints lags behind registrations that came just before we listened.
    if (this.#secondLook !== null) clearTimeout(this.#secondLook)
    this.#secondLook = setTimeout(() => void this.#takeStock(), secondLookAfterMs)
  }

  async #put(account: SipAccount): Promise<void> {
    for (const { kind, id, fields } of accountObjects(account, this.#ports.media, this.#mayRefer)) {
      const reply = await this.#ari.putConfig(kind, id, fields)
      if (reply.status >= 200 && reply.status < 300) continue
      this.#ports.log.error({ account: account.endpoint, kind, status: reply.status }, 'SIP account not accepted')
      return
    }
    this.#pushed.set(account.endpoint, account.ha1)
  }

  async #remove(endpoint: string): Promise<void> {
    await this.#ari.deleteConfig('endpoint', endpoint)
    await this.#ari.deleteConfig('aor', endpoint)
    await this.#ari.deleteConfig('auth', endpoint)
    this.#pushed.delete(endpoint)
  }

  async #listen(accounts: readonly SipAccount[]): Promise<void> {
    for (let i = 0; i < accounts.length; i += pushedAtOnce) {
      const sources = accounts.slice(i, i + pushedAtOnce).map((account) => `deviceState:PJSIP/${account.endpoint}`)
      await this.#ari.subscribe(sources.join(','))
    }
  }

  async #look(accounts: readonly SipAccount[]): Promise<void> {
    const endpoints = await this.#ari.endpoints()
    // Asked again with the next connection.
    if (endpoints === null) return
    const online = new Set(endpoints.flatMap((it) => (it.state === 'online' ? [it.resource] : [])))
    for (const { endpoint } of accounts)
      if (online.has(endpoint) || !this.#heard.has(endpoint)) this.#note(endpoint, online.has(endpoint), 0)
    this.#isKnown = true
    // Once all are noted: who has two phones is reached by either.
    for (const agentId of new Set(accounts.map((account) => account.agentId))) this.#onChange(agentId)
  }

  /** True when that is news. */
  #note(endpoint: string, online: boolean, since: Instant): boolean {
    if (!online) return this.#online.delete(endpoint)
    if (this.#online.has(endpoint)) return false
    this.#online.set(endpoint, since)
    return true
  }
}
