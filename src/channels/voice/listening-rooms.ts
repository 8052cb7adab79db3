/**
 * Rooms in which somebody listens to an agent: a bridge beside the call's, with an ear in it that hears what the agent hears
 * and says, and through which the agent alone is spoken to. Nothing of it reaches the call's recording.
 */
import type { InteractionId } from '../../core/ids.ts'
import type { Log } from '../../platform/log.ts'
import { failureOf } from './ari/connection.ts'
import type { Ari } from './ari/operations.ts'
import { listeningRoom } from './naming.ts'

export class ListeningRooms {
  readonly #interactionId: InteractionId
  readonly #ari: Ari
  readonly #log: Log
  /** The room that each ear belongs to; it can be led there once it has entered the application. */
  readonly #ears = new Map<string, string>()

  constructor(options: { interactionId: InteractionId; ari: Ari; log: Log }) {
    this.#interactionId = options.interactionId
    this.#ari = options.ari
    this.#log = options.log
  }

  async open(listener: string, to: string): Promise<void> {
    const { bridge, ear } = listeningRoom(this.#interactionId, listener)
    this.#ears.set(ear, bridge)
    void this.#ari.createBridge(bridge)
    void this.#ari.addToBridge(bridge, [listener])
    const failed = failureOf(await this.#ari.snoop(to, ear))
    if (failed !== null) this.#log.warn({ interactionId: this.#interactionId, failed }, 'nobody can be listened to')
  }

  close(listener: string): void {
    const { bridge, ear } = listeningRoom(this.#interactionId, listener)
    this.#ears.delete(ear)
    void this.#ari.hangUp(ear, 'normal')
    void this.#ari.destroyBridge(bridge)
  }

  /** After recovery: the room is there. */
  remember(listener: string): void {
    const { bridge, ear } = listeningRoom(this.#interactionId, listener)
    this.#ears.set(ear, bridge)
  }

  owns(channelId: string): boolean {
    return this.#ears.has(channelId)
  }

  /** True: it was an ear. */
  entered(channelId: string): boolean {
    const bridge = this.#ears.get(channelId)
    if (bridge === undefined) return false
    void this.#ari.addToBridge(bridge, [channelId])
    return true
  }
}
