/** What a flow says to its caller: each effect is one playback, told once it was heard. */
import type { Effect } from '../../core/flow/effects.ts'
import type { InteractionId } from '../../core/ids.ts'
import { failureOf } from './ari/connection.ts'
import type { Ari } from './ari/operations.ts'
import { playbackId } from './naming.ts'
import type { VoicePorts } from './ports.ts'

type PlayEffect = Extract<Effect, { kind: 'play' }>
/** `name` null: its audio is still being made. */
type Playing = { readonly effectId: string; name: string | null; media: readonly string[]; isSaid: boolean }

export class Prompts {
  readonly #interactionId: InteractionId
  readonly #channelId: string
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #onPlayed: (effectId: string) => void
  readonly #playing = new Map<string, Playing>()
  #count: number

  constructor(options: {
    interactionId: InteractionId
    channelId: string
    ari: Ari
    ports: VoicePorts
    onPlayed(effectId: string): void
  }) {
    this.#interactionId = options.interactionId
    this.#channelId = options.channelId
    this.#ari = options.ari
    this.#ports = options.ports
    this.#onPlayed = options.onPlayed
    // Names of an earlier process's playbacks must not be met again.
    this.#count = options.ports.now()
  }

  /** Number of the last playback so far. */
  get count(): number {
    return this.#count
  }

  async play({ effectId, utterances }: PlayEffect): Promise<void> {
    const playing: Playing = { effectId, name: null, media: [], isSaid: false }
    this.#playing.set(effectId, playing)
    playing.media = await this.#ports.speech.render(utterances)
    if (this.#playing.get(effectId) === playing) await this.#say(playing)
  }

  stop(effectId: string): void {
    const name = this.#playing.get(effectId)?.name ?? null
    this.#playing.delete(effectId)
    if (name !== null) void this.#ari.stopPlayback(name)
  }

  /** Nothing more is said, and what is being said ends with the call. */
  end(): void {
    this.#playing.clear()
  }

  /** True when the playback was one of this flow's. */
  finished(name: string): boolean {
    for (const playing of this.#playing.values()) {
      if (playing.name !== name) continue
      this.#over(playing)
      return true
    }
    return false
  }

  /** After a time without a connection: what was not said is said now, and what was heard meanwhile is told. */
  async catchUp(): Promise<void> {
    for (const playing of [...this.#playing.values()]) {
      if (playing.name === null || (await this.#ari.isPlaying(playing.name))) continue
      if (this.#playing.get(playing.effectId) !== playing) continue
      if (playing.isSaid) this.#over(playing)
      else await this.#say(playing)
    }
  }

  async #say(playing: Playing): Promise<void> {
    playing.name = playbackId(this.#interactionId, ++this.#count)
    if (playing.media.length === 0) return this.#over(playing)
    const failed = failureOf(await this.#ari.play(this.#channelId, playing.name, playing.media))
    if (failed === null) playing.isSaid = true
    else if (failed.status !== 0 || this.#ari.isConnected()) this.#over(playing)
  }

  #over(playing: Playing): void {
    if (this.#playing.get(playing.effectId) !== playing) return
    this.#playing.delete(playing.effectId)
    this.#onPlayed(playing.effectId)
  }
}
