/** Agents' SIP accounts in Asterisk, pushed without files, and which of their phones can be reached. */
import type { AgentId } from '../../core/ids.ts'
import type { Ari } from './ari/operations.ts'
import { accountObjects } from './phone-account.ts'
import type { SipAccount, VoicePorts } from './ports.ts'

/** Enough to keep Asterisk busy, few enough not to starve calls on the same socket. */
const pushedAtOnce = 20
const secondLookAfterMs = 2_000

export class Phones {
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #pushed = new Map<string, string>()
  readonly #online = new Set<string>()
  /** Endpoints that a device has told to be reachable since the connection: a list that says otherwise lags behind. */
  readonly #heard = new Set<string>()
  #secondLook: NodeJS.Timeout | null = null
  readonly #reachable = new Map<AgentId, boolean>()
  #pushing: Promise<void> = Promise.resolve()

  constructor(ari: Ari, ports: VoicePorts) {
    this.#ari = ari
    this.#ports = ports
  }

  /** Which phones can be reached, asked before anybody is rung: what was heard under an earlier connection is old. */
  async reconnected(): Promise<void> {
    this.#heard.clear()
    await this.#takeStock()
  }

  async #takeStock(): Promise<void> {
    await this.#look(this.#ports.directory.sipAccounts())
  }

  /** Asterisk keeps them in memory: after each connection they may all be gone. */
  async connected(): Promise<void> {
    this.#pushed.clear()
    await this.push()
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
    this.#note(endpoint, online)
    this.#tell(agentId)
  }

  /** The registered device of an agent, the one last seen coming online first; null: none. */
  onlineAccount(agentId: AgentId): string | null {
    const own = this.#ports.directory.sipAccountsOf(agentId)
    return own.findLast((account) => this.#online.has(account.endpoint))?.endpoint ?? null
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
    for (const { kind, id, fields } of accountObjects(account)) {
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
      if (online.has(endpoint) || !this.#heard.has(endpoint)) this.#note(endpoint, online.has(endpoint))
    // Once all are noted: who has two phones is reached by either.
    for (const agentId of new Set(accounts.map((account) => account.agentId))) this.#tell(agentId)
  }

  #note(endpoint: string, online: boolean): void {
    if (online) this.#online.add(endpoint)
    else this.#online.delete(endpoint)
  }

  #tell(agentId: AgentId): void {
    const reachable = this.onlineAccount(agentId) !== null
    if (this.#reachable.get(agentId) === reachable) return
    this.#reachable.set(agentId, reachable)
    this.#ports.writer
      .submit({ kind: 'set-reachability', agentId, channel: 'voice', reachable })
      .catch((error: unknown) => this.#ports.log.error({ err: error, agentId }, 'reachability not taken'))
  }
}
