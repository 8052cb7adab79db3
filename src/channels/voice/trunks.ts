/** The directory's trunks in Asterisk: pushed without files, in memory there, so again after each connection. */
import { trunkEndpoint } from '../../core/dialling/trunk.ts'
import type { Ari } from './ari/operations.ts'
import type { TrunkAccount, VoicePorts } from './ports.ts'
import { trunkObjects } from './trunk-account.ts'

/** Against their order: what refers to others goes first. */
const kindsToRemove = ['registration', 'identify', 'endpoint', 'aor', 'auth'] as const

export class Trunks {
  readonly #ari: Ari
  readonly #ports: VoicePorts
  /** What each was pushed as. */
  readonly #pushed = new Map<string, string>()
  #pushing: Promise<void> = Promise.resolve()

  constructor(ari: Ari, ports: VoicePorts) {
    this.#ari = ari
    this.#ports = ports
  }

  connected(): void {
    this.#pushed.clear()
    this.push()
  }

  /** Brings Asterisk to what the directory says; only what differs is sent. */
  push(): void {
    this.#pushing = this.#pushing
      .then(() => this.#push())
      .catch((error: unknown) => this.#ports.log.error({ err: error }, 'the trunks could not be pushed'))
  }

  async #push(): Promise<void> {
    const wanted = new Map(this.#ports.directory.trunks().map((trunk) => [trunk.id, trunk]))
    for (const id of [...this.#pushed.keys()]) if (!wanted.has(id)) await this.#remove(id)
    for (const trunk of wanted.values()) {
      const text = JSON.stringify(trunk)
      if (this.#pushed.get(trunk.id) === text) continue
      // A field that is not sent any more would stay as it was.
      await this.#remove(trunk.id)
      if (await this.#put(trunk)) this.#pushed.set(trunk.id, text)
    }
  }

  async #put(trunk: TrunkAccount): Promise<boolean> {
    for (const { kind, id, fields } of trunkObjects(trunk, this.#ports.media)) {
      const { status } = await this.#ari.putConfig(kind, id, fields)
      if (status >= 200 && status < 300) continue
      this.#ports.log.error({ trunk: trunk.id, kind, status }, 'Asterisk does not accept the trunk')
      return false
    }
    this.#ports.log.info({ trunk: trunk.id, host: trunk.host }, 'trunk ready')
    return true
  }

  async #remove(trunkId: string): Promise<void> {
    for (const kind of kindsToRemove) await this.#ari.deleteConfig(kind, trunkEndpoint(trunkId))
    this.#pushed.delete(trunkId)
  }
}
