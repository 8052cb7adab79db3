/** What a call's legs do and hear, as operations of Asterisk. A leg that left meanwhile is told by its own event. */
import { assertNever } from '../../core/assert-never.ts'
import type { CallAction, LegStop } from '../../core/call/call.ts'
import type { InteractionId, Instant } from '../../core/ids.ts'
import type { Log } from '../../platform/log.ts'
import { failureOf } from './ari/connection.ts'
import type { Ari } from './ari/operations.ts'
import { ListeningRooms } from './listening-rooms.ts'
import { bridgeId } from './naming.ts'

export type MediaAction = Extract<
  CallAction,
  {
    do:
      | 'hang-up-leg'
      | 'start-music'
      | 'stop-music'
      | 'start-ring-tone'
      | 'stop-ring-tone'
      | 'join'
      | 'leave'
      | 'destroy-bridge'
      | 'mute-leg'
      | 'listen'
      | 'stop-listening'
  }
>

/**
 * In ARI's words, where they are others than ours. `answered_elsewhere` is said to a phone that rings as RFC 3326 has it:
 * `Reason: SIP;cause=200;text="Call completed elsewhere"` (res_pjsip_rfc3326).
 */
const hangUpReasons: Partial<Record<LegStop, string>> = { 'no-answer': 'no_answer', elsewhere: 'answered_elsewhere' }

export class CallMedia {
  readonly rooms: ListeningRooms
  readonly #interactionId: InteractionId
  readonly #ari: Ari
  readonly #log: Log
  readonly #unanswered = new Set<string>()
  #comforts = false

  constructor(options: { interactionId: InteractionId; ari: Ari; log: Log; now(): Instant }) {
    this.#interactionId = options.interactionId
    this.#ari = options.ari
    this.#log = options.log
    this.rooms = new ListeningRooms(options)
  }

  /** A phone's own call to us: it hears the ringing until somebody is there. */
  answersBeforeJoining(channelId: string): void {
    this.#unanswered.add(channelId)
  }

  perform(action: MediaAction, music: string): void {
    const ari = this.#ari
    const bridge = bridgeId(this.#interactionId)
    switch (action.do) {
      case 'hang-up-leg':
        return void ari.hangUp(action.channelId, hangUpReasons[action.cause] ?? action.cause)
      case 'start-music':
        return void ari.startMusic(action.channelId, music)
      case 'stop-music':
        return void ari.stopMusic(action.channelId)
      case 'start-ring-tone':
        return void ari.startRinging(action.channelId)
      case 'stop-ring-tone':
        return void ari.stopRinging(action.channelId)
      case 'join':
        return void this.#join(bridge, action.channelIds)
      case 'leave':
        return void ari.removeFromBridge(bridge, action.channelId)
      case 'destroy-bridge':
        this.#comforts = false
        return void ari.destroyBridge(bridge)
      case 'listen':
        return void this.rooms.open(action.channelId, action.to)
      case 'stop-listening':
        return this.rooms.close(action.channelId)
      case 'mute-leg':
        return void (action.on ? ari.mute(action.channelId) : ari.unmute(action.channelId))
      default:
        return assertNever(action)
    }
  }

  /** Whoever is in the bridge hears music. */
  beginComfort(music: string): void {
    if (this.#comforts) return
    this.#comforts = true
    void this.#ari.startBridgeMusic(bridgeId(this.#interactionId), music)
  }

  endComfort(): void {
    if (this.#comforts) this.forgetComfort()
  }

  /** Also music that an earlier process has begun. */
  forgetComfort(): void {
    this.#comforts = false
    void this.#ari.stopBridgeMusic(bridgeId(this.#interactionId))
  }

  async #join(bridge: string, channelIds: readonly string[]): Promise<void> {
    for (const channelId of channelIds) if (this.#unanswered.delete(channelId)) void this.#ari.answer(channelId)
    void this.#ari.createBridge(bridge)
    const failed = failureOf(await this.#ari.addToBridge(bridge, channelIds))
    if (failed !== null) this.#log.warn({ interactionId: this.#interactionId, failed }, 'the legs could not be joined')
  }
}
