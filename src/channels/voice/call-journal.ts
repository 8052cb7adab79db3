/** What one call tells the writer. An input that comes too late, or twice, is refused there and changes nothing. */
import type { Detail } from '../../core/details.ts'
import type { ContactFact } from '../../core/facts.ts'
import type { InteractionId } from '../../core/ids.ts'
import type { Submission } from '../../core/writer.ts'
import type { VoicePorts } from './ports.ts'

export class CallJournal {
  readonly #interactionId: InteractionId
  readonly #ports: VoicePorts

  constructor(interactionId: InteractionId, ports: VoicePorts) {
    this.#interactionId = interactionId
    this.#ports = ports
  }

  record(fact: ContactFact, details: readonly Detail[] = []): void {
    this.submit({ kind: 'record', fact }, undefined, details)
  }

  submit(input: Submission, onRefused?: (code: string) => void, details: readonly Detail[] = []): void {
    this.#ports.writer
      .submit(input, { details })
      .then((decision) => {
        if (decision.refusal !== undefined) onRefused?.(decision.refusal.code)
      })
      .catch((error: unknown) =>
        this.#ports.log.error({ err: error, interactionId: this.#interactionId }, 'an input was not taken'),
      )
  }
}
