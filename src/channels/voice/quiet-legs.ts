/**
 * Agents' legs in browsers that can no longer be spoken to. Their audio takes another way than their page, so it tells whether
 * they are still there: as long as packets come in, nothing is wrong. Of one that is quiet the call hears at once, and after a
 * while that it is lost: Asterisk itself would wait for minutes.
 */
import type { Instant } from '../../core/ids.ts'
import type { LineLoss } from './browser-lines.ts'

const everyMs = 1_000
/** So long without a packet is no jitter any more. */
const quietMs = 2_000
/** A browser that closed is waited for as long as a reload takes; one whose network vanished, until that may be back. */
const patienceMs: Readonly<Record<LineLoss, number>> = { closed: 10_000, silent: 25_000 }
/** The page is there again: it fetches its audio back, or finds that it needn't. */
const settleMs = 20_000

type Suspect = {
  readonly timer: NodeJS.Timeout
  isBrowser: boolean | null
  received: number | null
  heardAt: Instant
  until: Instant
  isQuiet: boolean
  isBack: boolean
}

export type QuietLegsOptions = Readonly<{
  now(): Instant
  /** Whether the leg leads to a browser; null: nobody knows yet. */
  isBrowser(channelId: string): Promise<boolean | null>
  /** Packets that have come from it; null: nobody knows. */
  received(channelId: string): Promise<number | null>
  /** Nothing comes from it any more, or something again. */
  onQuiet(channelId: string, isQuiet: boolean): void
  onLost(channelId: string): void
}>

export class QuietLegs {
  readonly #options: QuietLegsOptions
  readonly #suspects = new Map<string, Suspect>()

  constructor(options: QuietLegsOptions) {
    this.#options = options
  }

  /** Its browser can't be spoken to: from now on its packets are counted. */
  suspect(channelId: string, loss: LineLoss): void {
    const now = this.#options.now()
    const until = now + patienceMs[loss]
    const known = this.#suspects.get(channelId)
    if (known !== undefined) {
      known.until = known.isQuiet ? Math.min(known.until, until) : until
      known.isBack = false
      return
    }
    const timer = setInterval(() => void this.#look(channelId), everyMs)
    timer.unref()
    const unknown = { isBrowser: null, received: null, isQuiet: false, isBack: false }
    this.#suspects.set(channelId, { ...unknown, timer, heardAt: now, until })
    void this.#look(channelId)
  }

  /** Its browser can be spoken to again. */
  back(channelId: string): void {
    const suspect = this.#suspects.get(channelId)
    if (suspect === undefined) return
    suspect.isBack = true
    suspect.until = Math.max(suspect.until, this.#options.now() + settleMs)
  }

  /** The leg is gone, or about to be made anew. */
  forget(channelId: string): void {
    const suspect = this.#suspects.get(channelId)
    if (suspect === undefined) return
    clearInterval(suspect.timer)
    this.#suspects.delete(channelId)
  }

  stop(): void {
    for (const channelId of this.#suspects.keys()) this.forget(channelId)
  }

  async #look(channelId: string): Promise<void> {
    const { now, isBrowser, received, onQuiet, onLost } = this.#options
    const suspect = this.#suspects.get(channelId)
    if (suspect === undefined) return
    suspect.isBrowser ??= await isBrowser(channelId)
    if (suspect.isBrowser === false) return this.forget(channelId)
    const count = suspect.isBrowser === null ? null : await received(channelId)
    if (count === null || this.#suspects.get(channelId) !== suspect) return
    const isHeard = suspect.received !== null && count > suspect.received
    suspect.received = count
    if (isHeard) {
      suspect.heardAt = now()
      if (suspect.isQuiet) onQuiet(channelId, false)
      suspect.isQuiet = false
      if (suspect.isBack) this.forget(channelId)
      return
    }
    if (!suspect.isQuiet && now() - suspect.heardAt >= quietMs) {
      suspect.isQuiet = true
      onQuiet(channelId, true)
    }
    if (!suspect.isQuiet || now() < suspect.until) return
    this.forget(channelId)
    onLost(channelId)
  }
}
