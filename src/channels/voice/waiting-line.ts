/** What a caller in line hears besides the music: where they stand and how long it may take, told now and then. */
import type { InteractionId } from '../../core/ids.ts'
import { estimatedWait, placeInLine } from '../../core/routing/views.ts'
import type { Ari } from './ari/operations.ts'
import { playbackId } from './naming.ts'
import type { QueueTreatment, VoicePorts } from './ports.ts'

/** The announced wait is one that this share of callers in that place will not exceed. */
const announcedQuantile = 0.8
/** The first announcement: soon enough to calm, late enough not to delay a free agent. */
const firstAfterMs = 4_000

export class WaitingLine {
  readonly #interactionId: InteractionId
  readonly #channelId: string
  readonly #treatment: QueueTreatment
  readonly #language: string
  readonly #keys: readonly ('press-for-callback' | 'press-for-voicemail')[]
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #timers = new Set<NodeJS.Timeout>()
  #comforted = 0
  #playing: string | null = null
  #count: number
  #ended = false

  constructor(options: {
    interactionId: InteractionId
    channelId: string
    treatment: QueueTreatment
    language: string
    keys: readonly ('press-for-callback' | 'press-for-voicemail')[]
    ari: Ari
    ports: VoicePorts
  }) {
    this.#interactionId = options.interactionId
    this.#channelId = options.channelId
    this.#treatment = options.treatment
    this.#language = options.language
    this.#keys = options.keys
    this.#ari = options.ari
    this.#ports = options.ports
    this.#count = options.ports.now()
    const { announce, comfort } = options.treatment
    if (announce !== null) this.#plan(firstAfterMs, announce.everyMs, () => this.#words())
    if (comfort !== null) this.#plan(comfort.everyMs, comfort.everyMs, () => this.#comfort(comfort.messages))
  }

  /** Silences announcements; the music is the call's own affair. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    for (const timer of this.#timers) clearTimeout(timer)
    if (this.#playing !== null) void this.#ari.stopPlayback(this.#playing)
    this.#playing = null
  }

  /** True when the playback was an announcement of this line; music goes on after it. */
  playbackFinished(name: string): boolean {
    if (name !== this.#playing) return false
    this.#playing = null
    if (!this.#ended) void this.#ari.startMusic(this.#channelId, this.#treatment.music)
    return true
  }

  #plan(afterMs: number, everyMs: number, words: () => readonly string[]): void {
    if (this.#ended) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#say(words()).catch((error: unknown) => this.#ports.log.warn({ err: error }, 'announcement not played'))
      this.#plan(everyMs, everyMs, words)
    }, afterMs)
    this.#timers.add(timer)
  }

  async #say(texts: readonly string[]): Promise<void> {
    // One announcement at a time: what comes due meanwhile is left out, it comes again.
    if (this.#playing !== null || texts.length === 0) return
    const language = this.#language
    const media = await this.#ports.speech.render(texts.map((text) => ({ kind: 'text', text, language })))
    if (this.#ended || media.length === 0 || this.#playing !== null) return
    this.#playing = playbackId(this.#interactionId, ++this.#count)
    const reply = await this.#ari.play(this.#channelId, this.#playing, media)
    if (reply.status >= 300 || reply.status === 0) this.#playing = null
  }

  #comfort(messages: readonly Readonly<Record<string, string>>[]): string[] {
    const message = messages[this.#comforted++ % messages.length]
    const text = message?.[this.#language] ?? Object.values(message ?? {})[0]
    return text === undefined ? [] : [text]
  }

  #words(): string[] {
    const say = this.#ports.flows.library.systemText
    const state = this.#ports.writer.state()
    const texts: string[] = []
    const place = placeInLine(state, this.#interactionId)
    if (this.#treatment.announce?.position === true && place !== null)
      texts.push(say('queue-position', this.#language, { position: place.position }))
    const waitMs = estimatedWait(state, this.#interactionId, announcedQuantile)
    if (this.#treatment.announce?.wait === true && waitMs !== null)
      texts.push(say('estimated-wait', this.#language, { minutes: Math.max(1, Math.ceil(waitMs / 60_000)) }))
    for (const key of this.#keys) texts.push(say(key, this.#language))
    if (texts.length === 0) texts.push(say('please-hold', this.#language))
    return texts
  }
}
