/** Bans in Asterisk: one access list each, which every message is held against before anything else is done with it. */
import type { Ari } from './ari/operations.ts'
import type { VoicePorts } from './ports.ts'

export class ShutOut {
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #forget: () => void
  #working: Promise<void> = Promise.resolve()

  constructor(ari: Ari, ports: VoicePorts) {
    this.#ari = ari
    this.#ports = ports
    this.#forget = ports.protection.onChange(({ kind, address }) => {
      if (ari.isConnected()) this.#then(() => (kind === 'banned' ? this.#ban(address) : this.#lift(address)))
    })
  }

  close(): void {
    this.#forget()
  }

  /** Asterisk keeps them in memory: they may all be gone, and some that are over may be left. */
  connected(): void {
    this.#then(async () => {
      for (const address of this.#ports.protection.over()) await this.#lift(address)
      for (const { address } of this.#ports.protection.active()) await this.#ban(address)
    })
  }

  /** Somebody dialled what doesn't exist here. */
  async dialledNothing(channelId: string): Promise<void> {
    const remote = await this.#ari.remoteAddress(channelId)
    if (remote !== null) this.#ports.protection.signal(remote, 'unknown-number')
  }

  #then(work: () => Promise<void>): void {
    this.#working = this.#working
      .then(work)
      .catch((error: unknown) => this.#ports.log.error({ err: error }, 'a ban did not reach Asterisk'))
  }

  async #ban(address: string): Promise<void> {
    const id = aclName(address)
    // Asterisk makes the list and then can't show it, so its answer (500) says nothing; only a list that isn't there is 404.
    await this.#ari.putConfig('acl', id, { deny: address.includes('/') ? address : `${address}/${full(address)}` })
    const { status } = await this.#ari.getConfig('acl', id)
    if (status === 404) this.#ports.log.error({ address }, 'Asterisk does not take the ban')
  }

  async #lift(address: string): Promise<void> {
    await this.#ari.deleteConfig('acl', aclName(address))
  }
}

const full = (address: string): number => (address.includes(':') ? 128 : 32)

const aclName = (address: string): string => `ban-${address.replaceAll(/[^0-9a-f]/gi, '-')}`
