/** What the voice channel is handed in by the composition root: it knows no other room. */
import type { DialAnswer, DialRefusal, DialWish, Route } from '../../core/dialling/dial.ts'
import type { ToldArticle, WantedArticle } from '../../core/flow/effects.ts'
import type { CustomerFacts, Json, Library, World } from '../../core/flow/session.ts'
import type { SpeechInput } from '../../core/flow/speech-input.ts'
import type { Utterance } from '../../core/flow/utterance.ts'
import type { AgentId, CustomerId, EntryPointId, FlowId, InteractionId, Instant, QueueId } from '../../core/ids.ts'
import type { Command } from '../../core/commands.ts'
import type { Fact } from '../../core/facts.ts'
import type { SignalKind } from '../../core/protection/bans.ts'
import type { Writer } from '../../core/writer.ts'
import type { Log } from '../../platform/log.ts'

export type VoiceEntryPoint = Readonly<{
  id: EntryPointId
  number: string
  flowId: FlowId
  language: string | null
  fallbackQueueId: QueueId | null
  /** By language; said before the call is answered. */
  announcement: Readonly<Record<string, string>> | null
  /** By language; said once it is. */
  recordingNotice: Readonly<Record<string, string>> | null
}>

/** How a queue treats those who wait in it, and whether their talk is recorded. */
export type QueueTreatment = Readonly<{
  music: string
  /** The number that those see whom the queue calls; null: whatever the trunk shows. */
  callerId: string | null
  record: boolean
  /** null: nothing is announced. */
  announce: Readonly<{ everyMs: number; position: boolean; wait: boolean }> | null
  /** Said one after another, by language; null: none. */
  comfort: Readonly<{ everyMs: number; messages: readonly Readonly<Record<string, string>>[] }> | null
}>

/** `browser`: SIP over WebSocket with WebRTC media. */
export type SipAccount = Readonly<{
  agentId: AgentId
  /** Its name in Asterisk, and what the phone calls itself. */
  endpoint: string
  /** What it authenticates as. */
  username: string
  ha1: string
  realm: string
  device: 'phone' | 'browser'
}>

/** `rtpTimeoutSeconds`: a call without media for so long is over. */
export type MediaRules = Readonly<{ rtpTimeoutSeconds: number }>

/** A carrier's trunk of the directory, as far as Asterisk needs it. */
export type TrunkAccount = Readonly<{
  id: string
  kind: 'registration' | 'address'
  host: string
  port: number
  transport: 'udp' | 'tcp' | 'tls'
  encryptMedia: boolean
  username: string | null
  password: string | null
  /** Where its calls come from; empty: from `host`. */
  addresses: readonly string[]
}>

/** Who is shut out of SIP, and whom it is told of. */
export type ProtectionPort = Readonly<{
  signal(address: string, kind: SignalKind): void
  /** A right password came from there. */
  trusted(address: string): void
  active(): readonly Readonly<{ address: string }>[]
  /** Lately over: an Asterisk that was away may still hold them. */
  over(): readonly string[]
  /** Returns how to stop. */
  onChange(listener: (change: Readonly<{ kind: 'banned' | 'lifted'; address: string }>) => void): () => void
}>

/** What recovery needs to know of a contact that an earlier process took. */
export type KnownContact = Readonly<{
  interactionId: InteractionId
  entryPointId: EntryPointId
  providerId: string
  direction: 'inbound' | 'outbound'
  customerId: CustomerId | null
  identity: string | null
  displayName: string | null
}>

export type RecognisedCaller = Readonly<{
  customerId: CustomerId | null
  /** Normalised number; null when withheld. */
  identity: string | null
  lastAgentId: AgentId | null
  customer: CustomerFacts | null
}>

export type CallbackRequest = Readonly<{
  id: string
  /** The call that asked for it; null: asked for otherwise. */
  ofInteractionId: InteractionId | null
  interactionId: InteractionId
  customerId: CustomerId | null
  number: string
  queueId: QueueId
  waitingSince: Instant
  /** What the customer is spoken to in. */
  language: string
  /** When it is to stand in line; null: at once. */
  dueAt: Instant | null
}>

export type FetchRequest = Readonly<{
  method: string
  url: string
  headers: Readonly<Record<string, string>>
  body: Json | null
  timeoutMs: number
  retries: number
}>

/** The only way to the outside: every call out asks here first, and says who wants it. */
export type OutboundPort = Readonly<{
  /** A call that begins now, or a refusal; either is written down. */
  ask(wish: DialWish): DialAnswer
  /** Whether `ask` would refuse it; a refusal is written down. */
  wouldRefuse(wish: DialWish): DialRefusal | null
  /** How it would be called; nothing is counted, and nothing written down. */
  plan(wish: DialWish): Readonly<{ kind: 'routes'; routes: readonly Route[] }> | DialRefusal
  /** The call goes over this trunk now, as this channel; again when it fails over to another. */
  placed(attemptId: string, trunkId: string, channelId: string): void
  /** Channels that are no call to the outside change nothing. */
  connected(channelId: string): void
  ended(channelId: string, cause: string): void
  /** After a time in which nobody listened: calls whose channel isn't up any more have ended. */
  stillUp(isUp: (channelId: string) => boolean): void
}>

/** Whether agents' phones may hand calls on by their own key; `auto`: where Asterisk is known to survive it. */
export type PhoneTransfers = 'auto' | 'on' | 'off'

export type VoicePorts = Readonly<{
  phoneTransfers: PhoneTransfers
  log: Log
  now(): Instant
  /** Who calls a customer back, as they hear it; null: it has no name. */
  organisation: string | null
  writer: Writer & {
    onCommands(listener: (commands: readonly Command[]) => void): () => void
    /** The same commands before they are stored: for what nobody hears. */
    onForeseen(listener: (commands: readonly Command[]) => void): () => void
  }
  directory: Readonly<{
    entryPoint(number: string): VoiceEntryPoint | null
    queueTreatment(queueId: QueueId): QueueTreatment
    queueExists(queueId: QueueId): boolean
    /** False outside the queue's hours. */
    queueIsOpen(queueId: QueueId, at: Instant): boolean
    sipAccounts(): readonly SipAccount[]
    sipAccountsOf(agentId: AgentId): readonly SipAccount[]
    entryPointById(id: EntryPointId): VoiceEntryPoint | null
    agentOfEndpoint(endpoint: string): AgentId | null
    agentName(agentId: AgentId): string | null
    /** Whether the account is a browser's. */
    isBrowser(endpoint: string): boolean
    /** Accounts were added, changed or removed. */
    onSipAccounts(listener: () => void): () => void
    /** Those that are in use. */
    trunks(): readonly TrunkAccount[]
    onTrunks(listener: () => void): () => void
    /** Whom to call while the service is away; `dialled` null: for whatever has none of its own. */
    fallbacks(): readonly Readonly<{ dialled: string | null; number: string }>[]
    /** They, or what they depend on, have changed. */
    onFallbacks(listener: () => void): () => void
  }>
  flows: Readonly<{ library: Library; world(): World }>
  customers: Readonly<{
    recognise(raw: string | null, displayName: string | null, interactionId: InteractionId): Promise<RecognisedCaller>
    find(identity: string): Promise<CustomerFacts | null>
  }>
  /** What every customer may read; null: nothing is published under that id, or nothing answers the question. */
  findArticle(wanted: WantedArticle, languages: readonly string[]): Promise<ToldArticle | null>
  /** Media URIs for Asterisk's play operation, for example `sound:/var/lib/centralita/prompts/3f…`. */
  speech: Readonly<{ render(utterances: readonly Utterance[]): Promise<readonly string[]> }>
  /** Absent: flows take their keypad way. */
  speechInput?: SpeechInput
  fetch(request: FetchRequest, signal: AbortSignal): Promise<{ status: number; body: Json } | { failed: string }>
  pay(
    request: Readonly<{
      provider: string
      amount: number
      currency: string
      secrets: Readonly<Record<string, string>>
      timeoutMs: number
    }>,
  ): Promise<{ token: string; reference: string | null } | { failed: 'declined' | 'failed' }>
  recovery: Readonly<{
    checkpoint(interactionId: InteractionId): Promise<unknown>
    contacts(interactionIds: readonly InteractionId[]): Promise<readonly KnownContact[]>
    /** All facts of these interactions, oldest first. */
    facts(interactionIds: readonly InteractionId[]): Promise<readonly Fact[]>
  }>
  callbacks: Readonly<{
    /** Stores it. Asked twice for one interaction, or for a customer who has one open in that queue, it is that one. */
    request(callback: CallbackRequest): Promise<CallbackRequest>
    /** Those that wait or were being dialled when the process ended. */
    open(): Promise<readonly CallbackRequest[]>
    byInteraction(interactionId: InteractionId): Promise<CallbackRequest | null>
    /** Nobody has ended it yet, and it is still the call of that interaction. */
    isOpen(id: string, interactionId: InteractionId): Promise<boolean>
    /** The customer's phone is about to ring: one more attempt. */
    dialling(id: string): Promise<void>
    /** After an attempt that did not reach them: the same callback as another interaction; null: it is over. */
    tryAgain(id: string, interactionId: InteractionId, reason: string): Promise<CallbackRequest | null>
    close(id: string, state: 'done' | 'failed' | 'cancelled', reason: string): Promise<void>
  }>
  outbound: OutboundPort
  protection: ProtectionPort
  media: MediaRules
  /** Where Asterisk writes its security events; null: out of our reach. */
  securityLog: string | null
}>
