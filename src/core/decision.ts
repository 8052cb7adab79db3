/** What a machine answers to an input. */
import type { Command } from './commands.ts'
import type { Fact } from './facts.ts'

/** Why an input changed nothing. A value, never an exception; bugs throw. */
export type Refusal = Readonly<{
  code:
    | 'unknown-agent'
    | 'unknown-queue'
    | 'unknown-interaction'
    | 'unknown-offer'
    | 'offer-over'
    | 'not-queued'
    | 'not-engaged'
    | 'already-queued'
    | 'already-ended'
    | 'agent-offline'
    | 'no-wrap-up'
    | 'extension-limit'
    | 'agent-unavailable'
    | 'nobody-free'
    | 'already-there'
    | 'not-there'
    | 'invalid'
  message: string
}>

export type Decision = Readonly<{ facts: readonly Fact[]; commands: readonly Command[]; refusal?: Refusal }>
