/**
 * Rooms in which somebody listens to an agent: a bridge beside the call's, with an ear in it that hears what the agent hears
 * and says, and through which the agent alone is spoken to. Nothing of it reaches the call's recording.
 *
 * Each listening has a room of its own. Asterisk says that a bridge is gone before it is: one that is made anew by the same
 * name meanwhile goes with it, and whoever was led there hears nothing and is heard by nobody.
 */
import type { InteractionId, Instant } from '../../core/ids.ts'
import type { Log } from '../../platform/log.ts'
import { failureOf } from './ari/connection.ts'
import type { Ari } from './ari/operations.ts'
import { listeningRoom, type ListeningRoom } from './naming.ts'

export class ListeningRooms {
  readonly #interactionId: InteractionId
  readonly #ari: Ari
  readonly #log: Log
  /** By the leg that listens. */
  readonly #rooms = new Map<string, ListeningRoom>()
  /** Goes on from the time, so that no name comes back after a restart either. */
  #count: number

  constructor(options: { interactionId: InteractionId; ari: Ari; log: Log; now(): Instant }) {
    this.#interactionId = options.interactionId
    this.#ari = options.ari
    this.#log = options.log
    this.#count = options.now()
  }

  /** Whoever listens in another room already moves: they leave it before it goes. */
  async open(listener: string, to: string): Promise<void> {
    const before = this.#rooms.get(listener)
    const room = listeningRoom(this.#interactionId, listener, ++this.#count)
    this.#rooms.set(listener, room)
    void this.#ari.createBridge(room.bridge)
    void this.#ari.addToBridge(room.bridge, [listener])
    if (before !== undefined) this.#remove(before)
    // The ear is led into the room once it has entered the application.
    const failed = failureOf(await this.#ari.snoop(to, room.ear))
    if (failed !== null) this.#log.warn({ interactionId: this.#interactionId, failed }, 'nobody can be listened to')
  }

  close(listener: string): void {
    const room = this.#rooms.get(listener)
    this.#rooms.delete(listener)
    if (room !== undefined) this.#remove(room)
  }

  /** After recovery: the room is there. */
  remember(listener: string, room: ListeningRoom): void {
    this.#rooms.set(listener, room)
  }

  owns(channelId: string): boolean {
    return this.#ofEar(channelId) !== undefined
  }

  /** True: it was an ear. */
  entered(channelId: string): boolean {
    const room = this.#ofEar(channelId)
    if (room === undefined) return false
    void this.#ari.addToBridge(room.bridge, [channelId])
    return true
  }

  #ofEar(channelId: string): ListeningRoom | undefined {
    return [...this.#rooms.values()].find(({ ear }) => ear === channelId)
  }

  #remove({ bridge, ear }: ListeningRoom): void {
    void this.#ari.hangUp(ear, 'normal')
    void this.#ari.destroyBridge(bridge)
  }
}
