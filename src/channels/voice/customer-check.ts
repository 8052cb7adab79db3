/** Asks whoever picked up a callback whether they are there: says who calls and which key to press, then listens a while. */
import { declineKey, readyKey } from '../../core/call/calling.ts'
import type { InteractionId } from '../../core/ids.ts'
import { failureOf } from './ari/connection.ts'
import type { Ari } from './ari/operations.ts'
import { playbackId } from './naming.ts'
import type { VoicePorts } from './ports.ts'

/** How long after the last word a key may still come before it is asked again. */
const silenceMs = 4_000

export class CustomerCheck {
  readonly #interactionId: InteractionId
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #onNotHeard: () => void
  #playing: string | null = null
  #silence: NodeJS.Timeout | undefined
  #isOver = false
  #count: number

  constructor(options: { interactionId: InteractionId; ari: Ari; ports: VoicePorts; onNotHeard(): void }) {
    this.#interactionId = options.interactionId
    this.#ari = options.ari
    this.#ports = options.ports
    this.#onNotHeard = options.onNotHeard
    // Names of an earlier process's playbacks must not be met again.
    this.#count = options.ports.now()
  }

  ask(channelId: string, language: string): void {
    this.#isOver = false
    this.#say(channelId, language).catch((error: unknown) => {
      this.#ports.log.warn({ err: error, interactionId: this.#interactionId }, 'the customer was not asked for a key')
      this.#listen()
    })
  }

  /** True when the playback was this question. */
  playbackFinished(name: string): boolean {
    if (name !== this.#playing) return false
    this.#playing = null
    this.#listen()
    return true
  }

  stop(): void {
    this.#isOver = true
    clearTimeout(this.#silence)
    if (this.#playing !== null) void this.#ari.stopPlayback(this.#playing)
    this.#playing = null
  }

  async #say(channelId: string, language: string): Promise<void> {
    const say = this.#ports.flows.library.systemText
    const name = this.#ports.organisation
    const texts = [
      name === null ? say('called-back', language) : say('called-back-by', language, { name }),
      say('press-when-there', language, { key: readyKey }),
      say('press-when-not-needed', language, { key: declineKey }),
    ]
    const media = await this.#ports.speech.render(texts.map((text) => ({ kind: 'text', text, language })))
    if (this.#isOver) return
    this.#playing = playbackId(this.#interactionId, ++this.#count)
    if (media.length === 0 || failureOf(await this.#ari.play(channelId, this.#playing, media)) !== null) {
      this.#playing = null
      this.#listen()
    }
  }

  #listen(): void {
    clearTimeout(this.#silence)
    if (!this.#isOver) this.#silence = setTimeout(this.#onNotHeard, silenceMs)
  }
}
