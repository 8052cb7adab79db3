/** Keys that a customer presses while talking to an agent: kept together as one entry, as somebody would tell it. */
import type { Detail } from '../../core/details.ts'
import type { ContactFact } from '../../core/facts.ts'
import type { InteractionId } from '../../core/ids.ts'

/** An entry is over when no key follows for so long. */
const pauseMs = 3_000
/** Where they were pressed, in place of a flow's node. */
const place = 'talk'

type Note = (fact: ContactFact, details: readonly Detail[]) => void

export class TalkKeys {
  readonly #interactionId: InteractionId
  readonly #now: () => number
  readonly #note: Note
  #keys = ''
  #isSecret = false
  #timer: NodeJS.Timeout | null = null

  constructor(options: { interactionId: InteractionId; now(): number; note: Note }) {
    this.#interactionId = options.interactionId
    this.#now = options.now
    this.#note = options.note
  }

  /** `isSecret`: what may not be recorded may not be written down either. */
  press(key: string, isSecret: boolean): void {
    this.#keys += key
    this.#isSecret ||= isSecret
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.flush(), pauseMs)
  }

  /** Tells what was pressed so far; before the end of a call, after which nothing is told of it. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#keys === '') return
    const at = this.#now()
    const [text, secret] = [this.#keys, this.#isSecret]
    this.#keys = ''
    this.#isSecret = false
    const entry = { interactionId: this.#interactionId, at, nodeId: place }
    this.#note(
      { ...entry, kind: 'input-given', length: text.length, secret },
      secret ? [] : [{ ...entry, kind: 'input', text }],
    )
  }
}
