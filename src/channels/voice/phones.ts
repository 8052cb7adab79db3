/** Agents' SIP accounts in Asterisk, pushed without files, and which of their phones can be reached. */
import type { AgentId } from '../../core/ids.ts'
import type { Ari } from './ari/operations.ts'
import type { AriEndpoint } from './ari/events.ts'
import { accountObjects } from './phone-account.ts'
import type { SipAccount, VoicePorts } from './ports.ts'

/** Enough to keep Asterisk busy, few enough not to starve calls on the same socket. */
const pushedAtOnce = 20

export class Phones {
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #pushed = new Map<string, string>()
  readonly #reachable = new Map<AgentId, boolean>()
  #pushing: Promise<void> = Promise.resolve()

  constructor(ari: Ari, ports: VoicePorts) {
    this.#ari = ari
    this.#ports = ports
  }

  /** Asterisk keeps them in memory: after each connection they may all be gone. */
  async connected(): Promise<void> {
    this.#pushed.clear()
    await this.push()
    const endpoints = await this.#ari.endpoints()
    if (endpoints === null) return
    const online = new Set(endpoints.filter((it) => it.state === 'online').map((it) => it.resource))
    for (const account of this.#ports.directory.sipAccounts())
      this.#setReachable(account.agentId, online.has(account.username))
  }

  /** Brings Asterisk to what the directory says; only what differs is sent. */
  push(): Promise<void> {
    this.#pushing = this.#pushing.then(() => this.#push())
    return this.#pushing
  }

  endpointChanged(endpoint: AriEndpoint): void {
    if (endpoint.technology !== 'PJSIP' || endpoint.state === undefined) return
    const agentId = this.#ports.directory.agentOfSipUsername(endpoint.resource)
    if (agentId !== null) this.#setReachable(agentId, endpoint.state === 'online')
  }

  async #push(): Promise<void> {
    const accounts = this.#ports.directory.sipAccounts()
    const wanted = new Map(accounts.map((account) => [account.username, account]))
    const gone = [...this.#pushed.keys()].filter((username) => !wanted.has(username))
    const changed = accounts.filter((account) => this.#pushed.get(account.username) !== account.ha1)
    for (let i = 0; i < changed.length; i += pushedAtOnce)
      await Promise.all(changed.slice(i, i + pushedAtOnce).map((account) => this.#put(account)))
    for (const username of gone) await this.#remove(username)
  }

  async #put(account: SipAccount): Promise<void> {
    for (const { kind, id, fields } of accountObjects(account)) {
      const reply = await this.#ari.putConfig(kind, id, fields)
      if (reply.status >= 200 && reply.status < 300) continue
      this.#ports.log.error({ account: account.username, kind, status: reply.status }, 'SIP account not accepted')
      return
    }
    this.#pushed.set(account.username, account.ha1)
  }

  async #remove(username: string): Promise<void> {
    await this.#ari.deleteConfig('endpoint', username)
    await this.#ari.deleteConfig('aor', username)
    await this.#ari.deleteConfig('auth', username)
    this.#pushed.delete(username)
  }

  #setReachable(agentId: AgentId, reachable: boolean): void {
    if (this.#reachable.get(agentId) === reachable) return
    this.#reachable.set(agentId, reachable)
    this.#ports.writer
      .submit({ kind: 'set-reachability', agentId, channel: 'voice', reachable })
      .catch((error: unknown) => this.#ports.log.error({ err: error, agentId }, 'reachability not taken'))
  }
}
