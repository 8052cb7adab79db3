/** What a caller in line hears besides the music: where they stand and how long it may take, told now and then. */
import type { ContactFact } from '../../core/facts.ts'
import type { InteractionId } from '../../core/ids.ts'
import { inWholeMinutes } from '../../core/measures/announced-wait.ts'
import { estimatedWait, interactionView, placeInLine } from '../../core/routing/views.ts'
import type { Ari } from './ari/operations.ts'
import { playbackId } from './naming.ts'
import type { QueueTreatment, VoicePorts } from './ports.ts'

/** The announced wait is one that this share of callers in that place will not exceed. */
const announcedQuantile = 0.8
/** The first announcement: soon enough to calm, late enough not to delay a free agent. */
const firstAfterMs = 4_000

/** A key that leads out of the line, and what is said of it. */
export type WayOut = Readonly<{ prompt: 'press-for-callback' | 'press-for-voicemail'; key: string }>

type Words = Readonly<{ texts: readonly string[]; announced: ContactFact | null }>

export class WaitingLine {
  readonly #interactionId: InteractionId
  readonly #channelId: string
  readonly #treatment: QueueTreatment
  readonly #language: string
  readonly #keys: readonly WayOut[]
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
    keys: readonly WayOut[]
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
    if (comfort !== null)
      this.#plan(comfort.everyMs, comfort.everyMs, () => ({ texts: this.#comfort(comfort.messages), announced: null }))
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

  #plan(afterMs: number, everyMs: number, words: () => Words): void {
    if (this.#ended) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#say(words()).catch((error: unknown) => this.#ports.log.warn({ err: error }, 'announcement not played'))
      this.#plan(everyMs, everyMs, words)
    }, afterMs)
    this.#timers.add(timer)
  }

  async #say({ texts, announced }: Words): Promise<void> {
    // One announcement at a time: what comes due meanwhile is left out, it comes again.
    if (this.#playing !== null || texts.length === 0) return
    const language = this.#language
    const media = await this.#ports.speech.render(texts.map((text) => ({ kind: 'text', text, language })))
    if (this.#ended || media.length === 0 || this.#playing !== null) return
    this.#playing = playbackId(this.#interactionId, ++this.#count)
    const reply = await this.#ari.play(this.#channelId, this.#playing, media)
    if (reply.status >= 300 || reply.status === 0) this.#playing = null
    else if (announced !== null) await this.#ports.writer.submit({ kind: 'record', fact: announced })
  }

  #comfort(messages: readonly Readonly<Record<string, string>>[]): string[] {
    const message = messages[this.#comforted++ % messages.length]
    const text = message?.[this.#language] ?? Object.values(message ?? {})[0]
    return text === undefined ? [] : [text]
  }

  #words(): Words {
    const say = this.#ports.flows.library.systemText
    const state = this.#ports.writer.state()
    const texts: string[] = []
    const place = placeInLine(state, this.#interactionId)
    const view = interactionView(state, this.#interactionId)
    const wait = this.#treatment.announce?.wait === true
    const estimateMs = wait ? estimatedWait(state, this.#interactionId, announcedQuantile) : null
    const minutes = estimateMs === null ? null : inWholeMinutes(estimateMs)
    const tellsPlace = this.#treatment.announce?.position === true
    if (tellsPlace && place !== null) texts.push(say('queue-position', this.#language, { position: place.position }))
    if (minutes !== null) texts.push(say('estimated-wait', this.#language, { minutes }))
    const announced: ContactFact | null =
      place === null || view?.phase !== 'queued' || (minutes === null && !tellsPlace)
        ? null
        : {
            kind: 'wait-announced',
            at: this.#ports.now(),
            interactionId: this.#interactionId,
            queueId: view.queueId,
            position: place.position,
            estimateMs,
            announcedMs: minutes === null ? null : minutes * 60_000,
            quantile: announcedQuantile,
          }
    for (const { prompt, key } of this.#keys) texts.push(say(prompt, this.#language, { key }))
    if (texts.length === 0) texts.push(say('please-hold', this.#language))
    return { texts, announced }
  }
}
