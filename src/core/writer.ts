/** The one writer, as the rooms around it see it: hand in an input, get the stored decision. */
import type { Command } from './commands.ts'
import type { Decision } from './decision.ts'
import type { Detail, SessionCheckpoint } from './details.ts'
import type { Fact, LetterKind } from './facts.ts'
import type { Channel, EntryPointId, InteractionId, Instant } from './ids.ts'
import type { RoutingInput } from './routing/inputs.ts'
import type { RoutingState } from './routing/state.ts'

/** An input without its time: the writer stamps it, so that time never goes back. */
type Unstamped<T> = T extends unknown ? Omit<T, 'at'> : never
export type Submission = Unstamped<RoutingInput>

export type Beside = Readonly<{
  details?: readonly Detail[]
  checkpoint?: SessionCheckpoint
  /** The inbound message that this takes in, by its number in the inbox. */
  takes?: number
  /** To be handed to a provider once this is stored. */
  sends?: readonly Outbound[]
}>

/** A message that leaves through a provider. */
export type Outbound = Readonly<{
  messageId: string
  interactionId: InteractionId
  channel: Channel
  entryPointId: EntryPointId
  /** Whom it goes to: number, address or handle. */
  identity: string
  /** What the transport needs besides, as JSON; forgotten once it was sent. */
  body: unknown
  /** A letter about the conversation instead of a message of it. */
  about?: LetterKind
  /** It waits until then. */
  notBefore?: Instant
}>

export type StoredFact = Readonly<{ seq: number; fact: Fact }>

export type Writer = Readonly<{
  /** Resolves once facts and details are committed. Rejects only when the writer stops for good. */
  submit(input: Submission, beside?: Beside): Promise<Decision>
  /** The state as of the last decision; read only, never kept across an await. */
  state(): RoutingState
  /** Since when a commit is waiting for the database; null when all is well. */
  stalledSince(): Instant | null
  /** Called in order after each commit. Returns how to stop. */
  onFacts(listener: (facts: readonly StoredFact[]) => void): () => void
}>

/** An input and what lies beside it. */
export type Submitted = Readonly<{ input: Submission; beside?: Beside }>

/** The writer as a channel sees it. */
export type ChannelWriter = Writer &
  Readonly<{
    /** As `submit`, one after the other: either all that they bring is stored, or a crash leaves nothing of any. */
    submitTogether(letters: readonly Submitted[]): Promise<Decision[]>
    /** Commands of each batch, after its facts are committed, in order. */
    onCommands(listener: (commands: readonly Command[]) => void): () => void
  }>
