/** One interaction as people read it: an entry for everything that meant something to somebody, in order. */
import type { DeclineReason, Fact, Purpose, RescindReason, UnseenWindow } from '../facts.ts'
import type { AgentId, Instant, QueueId } from '../ids.ts'
import type { StoredFact } from '../writer.ts'
import { typedText, type StoredDetail } from './chronicle.ts'
import { agentName, duration, listed, queueName, requirementInWords, type Names } from './wording.ts'

export type TimelineEntry = Readonly<{
  at: Instant
  /** Of the fact; null for what a person added. */
  seq: number | null
  /** The fact's kind, `note` or `disposition`. */
  kind: string
  text: string
  agentId: AgentId | null
  queueId: QueueId | null
}>

export type Note = Readonly<{ id: string; at: Instant; authorId: string; text: string }>
export type Disposition = Readonly<{ code: string; at: Instant; setBy: string }>

export function timeline(
  told: Readonly<{
    facts: readonly StoredFact[]
    details: readonly StoredDetail[]
    notes: readonly Note[]
    disposition: Disposition | null
  }>,
  names: Names,
): TimelineEntry[] {
  const teller = new Teller(told.details, names)
  const entries = told.facts.map((stored): TimelineEntry => {
    const { seq, fact } = stored
    return {
      at: happenedAt(fact),
      seq,
      kind: fact.kind,
      text: teller.tell(stored),
      agentId: 'agentId' in fact ? fact.agentId : null,
      queueId: 'queueId' in fact ? fact.queueId : null,
    }
  })
  const added = [
    ...told.notes.map((note) => byPerson(note.at, 'note', note.text, note.authorId)),
    ...(told.disposition === null
      ? []
      : [byPerson(told.disposition.at, 'disposition', told.disposition.code, told.disposition.setBy)]),
  ]
  // The sort is stable: facts of one moment keep their order.
  return [...entries, ...added].sort((a, b) => a.at - b.at)
}

/** Some things are told later than they happened. */
function happenedAt(fact: Fact): Instant {
  if (fact.kind === 'interaction-arrived') return fact.since ?? fact.at
  if (fact.kind === 'voicemail-left') return fact.leftAt ?? fact.at
  if (fact.kind === 'interaction-ended' && fact.unseen?.from === fact.unseen?.to) return fact.unseen?.to ?? fact.at
  return fact.at
}

function byPerson(at: Instant, kind: string, text: string, agentId: string): TimelineEntry {
  return { at, seq: null, kind, text, agentId, queueId: null }
}

/** Remembers what earlier facts said, for sentences such as "after 3 s of ringing". */
class Teller {
  readonly #names: Names
  readonly #typed: (stored: StoredFact) => string | null
  readonly #contact: { identity: string | null; dialled: string } | null
  readonly #written: ReadonlyMap<string, string>
  readonly #numbers: ReadonlyMap<string, string>
  #queuedAt: Instant | null = null
  #rungAt: Instant | null = null
  #heldAt: Instant | null = null
  #preferred: AgentId | null = null

  constructor(details: readonly StoredDetail[], names: Names) {
    this.#names = names
    this.#typed = typedText(details)
    const contact = details.map(({ detail }) => detail).find((detail) => detail.kind === 'contact')
    this.#contact = contact ?? null
    this.#written = new Map(
      details.flatMap(({ detail }) => (detail.kind === 'message' ? [[detail.messageId, detail.text] as const] : [])),
    )
    this.#numbers = new Map(
      details.flatMap(({ detail }) => (detail.kind === 'outside' ? [[detail.partyId, detail.number]] : [])),
    )
  }

  tell(stored: StoredFact): string {
    const { fact } = stored
    switch (fact.kind) {
      case 'interaction-arrived':
        return this.#arrived(fact)
      case 'customer-recognised':
        return 'The customer was recognised'
      case 'flow-started':
        return `Flow ${fact.flowId} began (version ${fact.version})`
      case 'flow-node-entered':
        return `Reached ${fact.nodeId} in ${fact.flowId}`
      case 'input-given':
        return this.#input(fact, this.#typed(stored))
      case 'flow-finished':
        return `The flow ended: ${fact.outcome}`
      case 'survey-answered':
        return `Answered ${fact.score} to ${fact.nodeId}`
      case 'article-told':
        return `Was told the article ${fact.articleId}`
      case 'article-judged':
        return `The article ${fact.articleId} ${fact.helped ? 'helped' : 'did not help'}`
      case 'interaction-queued':
        return this.#queued(fact)
      case 'customer-called':
        return 'Their turn is near: the customer is being called'
      case 'customer-reached':
        return 'The customer pressed the key and is on the line'
      case 'customer-cut-off':
        return fact.on ? 'The customer is out of our reach and keeps the place' : 'The customer is within reach again'
      case 'customer-call-expired':
        return 'The customer was not reached in time and keeps the place'
      case 'voicemail-taken':
        return `${this.#agent(fact.agentId)} took the voicemail`
      case 'voicemail-released':
        return `${this.#agent(fact.agentId)} gave the voicemail back`
      case 'voicemail-finished':
        return `${this.#agent(fact.agentId)} finished the voicemail: ${fact.outcome.replaceAll('-', ' ')}`
      case 'wait-announced':
        return announced(fact)
      case 'preference-lapsed':
        return this.#preferred === null
          ? 'Any suited agent may answer from now on'
          : `No longer waits for ${this.#agent(this.#preferred)} alone`
      case 'requirement-relaxed':
        return `Less skill is asked after ${this.#since(this.#queuedAt, fact.at)} of waiting (step ${fact.step})`
      case 'interaction-overflowed':
        return fact.by === undefined
          ? `Moved from ${this.#queue(fact.fromQueueId)} to ${this.#queue(fact.toQueueId)}, keeping its place`
          : `${this.#agent(fact.by)} moved it from ${this.#queue(fact.fromQueueId)} to ${this.#queue(fact.toQueueId)}, keeping its place`
      case 'agent-preferred':
        this.#preferred = fact.agentId
        return `${this.#agent(fact.by)} chose ${this.#agent(fact.agentId)} for it`
      case 'interaction-dequeued':
        return `Left ${this.#queue(fact.queueId)} after ${this.#since(this.#queuedAt, fact.at)}: ${fact.outcome}`
      case 'offer-made':
        this.#rungAt = fact.at
        return `${this.#agent(fact.agentId)} was rung`
      case 'offer-accepted':
        return `${this.#agent(fact.agentId)} answered after ${this.#since(this.#rungAt, fact.at)} of ringing, ${this.#since(this.#queuedAt, fact.at)} of waiting`
      case 'offer-declined':
        return `${this.#agent(fact.agentId)} ${declined(fact.reason)}`
      case 'offer-expired':
        return `${this.#agent(fact.agentId)} did not answer within ${this.#since(this.#rungAt, fact.at)}`
      case 'offer-rescinded':
        return `${this.#agent(fact.agentId)} was no longer rung: ${rescinded(fact.reason)}`
      case 'hold-started':
        this.#heldAt = fact.at
        return `${this.#agent(fact.agentId)} put the customer on hold`
      case 'hold-ended':
        return `${this.#agent(fact.agentId)} resumed after ${this.#since(this.#heldAt, fact.at)}`
      case 'recording-started':
        return 'Recording began'
      case 'recording-paused':
        return `Recording paused: ${fact.reason}`
      case 'recording-resumed':
        return `Recording went on: ${fact.reason}`
      case 'recording-finished':
        return fact.durationMs === null ? 'Recording ended' : `Recording ended: ${duration(fact.durationMs)}`
      case 'voicemail-left':
        return `Left a voicemail of ${duration(fact.durationMs)} for ${this.#queue(fact.queueId)}`
      case 'callback-requested':
        return `Asked to be called back by ${this.#queue(fact.queueId)}`
      case 'message-received':
        return `The customer wrote ${this.#message(fact)}`
      case 'message-sent':
        return `${fact.agentId === undefined ? writers[fact.by] : this.#agent(fact.agentId)} wrote ${this.#message(fact)}`
      case 'message-settled':
        return `${fact.about === undefined ? 'A message' : letters[fact.about]} was ${settled[fact.outcome]}${fact.cause === null ? '' : `: ${fact.cause}`}`
      case 'letter-written':
        return `${letters[fact.about]} was written`
      case 'messages-read':
        return `The ${fact.by} read what had been written`
      case 'caller-leg-lost':
        return `The customer's side was lost: ${fact.cause}`
      case 'agent-leg-lost':
        return `The agent left, the customer stayed: ${fact.cause}`
      case 'transferred-out':
        return `Transferred to another ${fact.destination}`
      case 'agent-invited':
        this.#rungAt = fact.at
        return this.#invited(fact)
      case 'agent-joined':
        return `${this.#agent(fact.agentId)} ${joined(fact.purpose)}`
      case 'agent-left':
        return `${this.#agent(fact.agentId)} left: ${fact.cause}`
      case 'invitation-ended':
        return `${this.#agent(fact.agentId)} did not come: ${fact.reason}`
      case 'parties-changed':
        return this.#parties(fact)
      case 'call-parked':
        return `${this.#agent(fact.agentId)} parked the call, for ${duration(fact.until - fact.at)} at most`
      case 'outside-dialled': {
        const whom = this.#outside(fact.partyId)
        return fact.agentId === null ? `${whom} was rung` : `${this.#agent(fact.agentId)} had ${whom} rung`
      }
      case 'outside-left':
        return `${this.#outside(fact.partyId)} left: ${fact.cause}`
      case 'call-out-refused': {
        const whose = fact.agentId === null ? wanting[fact.by] : `of ${this.#agent(fact.agentId)}`
        return `A call to the outside ${whose} was refused: ${fact.code}`
      }
      case 'called-from-list':
        return `${this.#agent(fact.agentId)} called from a preview list, attempt ${fact.attempt} of ${fact.mostAttempts}: ${nextBecause[fact.why]}`
      case 'work-paused':
        return `Paused: ${this.#agent(fact.agentId)} has taken a call`
      case 'work-resumed':
        return `${this.#agent(fact.agentId)} went on with it`
      case 'wrap-up-started':
        return `${this.#agent(fact.agentId)} has ${duration(fact.endsAt - fact.at)} for wrap-up`
      case 'wrap-up-extended':
        return `${this.#agent(fact.agentId)} took longer for wrap-up`
      case 'wrap-up-ended':
        return fact.by === 'system' ? 'Wrap-up time ran out' : `${this.#agent(fact.agentId)} finished wrap-up`
      case 'interaction-ended':
        return ended(fact)
      default:
        // Facts about rules, presence and the clock belong to no interaction.
        return fact.kind
    }
  }

  #arrived(fact: Extract<Fact, { kind: 'interaction-arrived' }>): string {
    const word = fact.channel === 'voice' ? 'Call' : `Contact by ${fact.channel}`
    const place = this.#names.entryPoint(fact.entryPointId) ?? fact.entryPointId
    if (this.#contact === null) return `${word} on ${place}`
    const { identity, dialled } = this.#contact
    return fact.direction === 'inbound'
      ? `${word} from ${identity ?? 'a withheld number'} to ${dialled} (${place})`
      : `${word} to ${identity ?? dialled}`
  }

  #input(fact: Extract<Fact, { kind: 'input-given' }>, text: string | null): string {
    if (fact.secret) return `Gave secret input at ${fact.nodeId}`
    return text === null ? `Gave input at ${fact.nodeId}` : `Gave "${text}" at ${fact.nodeId}`
  }

  #queued(fact: Extract<Fact, { kind: 'interaction-queued' }>): string {
    this.#queuedAt = fact.at
    this.#preferred = fact.preferredAgentId
    const asked = requirementInWords(this.#names, fact.requirement)
    const parts = [
      `priority ${fact.priority}`,
      ...(asked === '' ? [] : [`asks ${asked}`]),
      ...(fact.preferredUntil === null || fact.preferredAgentId === null
        ? []
        : [`first for ${this.#agent(fact.preferredAgentId)} alone`]),
    ]
    return `Began to wait in ${this.#queue(fact.queueId)} (${parts.join(', ')})`
  }

  #message({ messageId, files }: Extract<Fact, { kind: 'message-received' | 'message-sent' }>): string {
    const text = this.#written.get(messageId)
    const attached = files === 0 ? '' : files === 1 ? ' with a file' : ` with ${files} files`
    return `${text === undefined || text === '' ? 'a message' : `"${text}"`}${attached}`
  }

  #invited({ agentId, by, purpose }: Extract<Fact, { kind: 'agent-invited' }>): string {
    const whom = this.#agent(agentId)
    if (by === agentId) return `${whom}'s phone was rung, as they wished: ${purpose}`
    return by === null ? `${whom} was rung: ${purpose}` : `${this.#agent(by)} asked for ${whom}: ${purpose}`
  }

  #parties({ customer, agents, outside }: Extract<Fact, { kind: 'parties-changed' }>): string {
    const where = { talks: 'talks', waits: 'waits', left: 'has left' }
    const people = [
      ...agents.map(({ agentId, does }) => `${this.#agent(agentId)} ${does}`),
      ...outside.map(({ partyId, does }) => `${this.#outside(partyId)} ${does}`),
    ]
    return `The customer ${customer === 'consults' ? 'talks' : where[customer]}; ${listed(people)}`
  }

  #outside(partyId: string): string {
    return this.#numbers.get(partyId) ?? 'a number outside'
  }

  #agent(id: AgentId): string {
    return agentName(this.#names, id)
  }

  #queue(id: QueueId): string {
    return queueName(this.#names, id)
  }

  #since(from: Instant | null, to: Instant): string {
    return duration(from === null ? 0 : to - from)
  }
}

const wanting = {
  agent: 'of an agent',
  flow: 'of the flow',
  callback: 'for a callback',
  system: 'of the system',
} as const
const nextBecause = {
  promised: 'it was promised',
  'first-call': 'nobody had called yet',
  again: 'the last call had not reached them',
} as const
const writers = { agent: 'An agent', flow: 'The bot', system: 'The system' } as const
const settled = {
  delivered: 'delivered',
  failed: 'not delivered',
  uncertain: 'sent again: whether it arrived the first time is not known',
} as const

const letters = {
  transcript: 'The conversation by mail',
  reply: 'A mail that there is an answer',
  'left-message': 'A mail with what was left',
} as const

function joined(purpose: Purpose): string {
  switch (purpose) {
    case 'consult':
      return 'was consulted'
    case 'conference':
      return 'joined'
    case 'transfer':
      return 'took over'
    case 'pick-up':
      return 'picked the call up'
    case 'outbound':
      return 'is on the line; the customer is called'
    case 'monitor':
      return 'listens'
  }
}

function declined(reason: DeclineReason): string {
  switch (reason) {
    case 'rejected':
      return 'rejected it'
    case 'do-not-disturb':
      return 'could not be rung: the phone was on do-not-disturb'
    case 'phone-busy':
      return 'could not be rung: the phone was busy'
    case 'phone-unreachable':
      return 'could not be rung: the phone was not reachable'
    case 'failed':
      return 'could not be connected'
  }
}

function rescinded(reason: RescindReason): string {
  switch (reason) {
    case 'customer-left':
      return 'the customer left'
    case 'agent-left':
      return 'the agent went away'
    case 'left-queue':
      return 'the customer left the queue'
    case 'lost':
      return 'the phone stopped ringing for reasons of its own'
    case 'reconfigured':
      return 'the rules changed'
  }
}

function ended(fact: Extract<Fact, { kind: 'interaction-ended' }>): string {
  const cause = fact.cause === null ? '' : ` (${fact.cause})`
  const when = fact.unseen === undefined ? '' : unseen(fact.unseen)
  switch (fact.by) {
    case 'customer':
      return `The customer hung up: ${fact.outcome}${cause}`
    case 'agent':
      return `The agent hung up: ${fact.outcome}${cause}`
    case 'system':
      return `Ended by the system${when}: ${fact.outcome}${cause}`
    case 'unknown':
      return `Ended, nobody saw by whom${when}: ${fact.outcome}${cause}`
  }
}

function unseen({ from, to }: UnseenWindow): string {
  return to > from ? `, some time in the ${duration(to - from)} before` : ''
}

function announced({ position, announcedMs, quantile }: Extract<Fact, { kind: 'wait-announced' }>): string {
  const wait = announcedMs === null ? '' : `, ${duration(announcedMs)} at most in ${Math.round(quantile * 100)} of 100`
  return `Was told: number ${position} in line${wait}`
}
