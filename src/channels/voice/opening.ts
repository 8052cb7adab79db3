/** What every caller of an entry point hears before its flow: words before the call is answered, and the recording notice. */
import type { InteractionId } from '../../core/ids.ts'
import { failureOf } from './ari/connection.ts'
import type { Ari } from './ari/operations.ts'
import { playbackId } from './naming.ts'
import type { VoiceEntryPoint, VoicePorts } from './ports.ts'

/** Nobody listens to more than that; it also bounds the wait for an end that is never told. */
const longestMs = 60_000

type Listener = Readonly<{ channelId: string; interactionId: InteractionId }>

export class Opening {
  readonly #ari: Ari
  readonly #ports: VoicePorts
  /** Playback -> what to do once it was heard. */
  readonly #playing = new Map<string, () => void>()

  constructor(ari: Ari, ports: VoicePorts) {
    this.#ari = ari
    this.#ports = ports
  }

  /** The words that are due before and after the call is answered: at once, it has been, when none are due before. */
  async answer(listener: Listener, entryPoint: VoiceEntryPoint, language: string | null): Promise<void> {
    const { announcement, recordingNotice } = entryPoint
    // On a call that isn't answered it is early media (RFC 3960): nobody pays for it yet.
    if (announcement !== null) {
      await this.#say(listener, announcement, language)
      void this.#ari.answer(listener.channelId)
    }
    if (recordingNotice !== null) await this.#say(listener, recordingNotice, language)
  }

  /** True when the playback was one of these. */
  heard(name: string): boolean {
    const over = this.#playing.get(name)
    over?.()
    return over !== undefined
  }

  async #say(
    { channelId, interactionId }: Listener,
    texts: Readonly<Record<string, string>>,
    wanted: string | null,
  ): Promise<void> {
    const language = wanted !== null && wanted in texts ? wanted : Object.keys(texts)[0]
    const text = language === undefined ? undefined : texts[language]
    if (language === undefined || text === undefined) return
    const media = await this.#ports.speech.render([{ kind: 'text', text, language }])
    if (media.length === 0) return
    const name = playbackId(interactionId, this.#ports.now() + this.#playing.size)
    const heard = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, longestMs)
      this.#playing.set(name, () => {
        clearTimeout(timer)
        resolve()
      })
    })
    // The caller left, or nobody hears us: the call goes its way without these words.
    if (failureOf(await this.#ari.play(channelId, name, media)) !== null) this.heard(name)
    await heard
    this.#playing.delete(name)
  }
}
