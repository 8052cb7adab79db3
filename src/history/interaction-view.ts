/** From rows and stories to what the API answers. */
import type { z } from 'zod'
import { chronicle, type StoredDetail } from '../core/history/chronicle.ts'
import { explainOffer } from '../core/history/offer-explanation.ts'
import type { Story } from '../core/history/story.ts'
import { timeline, type Note } from '../core/history/timeline.ts'
import { hindrancesInWords, whatWouldChangeTheWait, whyNobodyYet } from '../core/history/wait-explanation.ts'
import type { Names } from '../core/history/wording.ts'
import type { Instant } from '../core/ids.ts'
import type { WaitOutlook } from '../core/routing/explain-now.ts'
import type { Candidate } from '../core/routing/explanation.ts'
import type { StoredFact } from '../core/writer.ts'
import type { Additions, InteractionRow } from './interactions-store.ts'
import { storyRow } from './story-row.ts'
import type { explanationSchema, interactionItem, interactionStory, noteSchema, timelineSchema } from './schemas.ts'

/** All that is stored about one interaction. */
export type Told = Readonly<{
  story: Story
  facts: readonly StoredFact[]
  details: readonly StoredDetail[]
  additions: Additions
}>

const agentsShown = 20

type Item = z.output<typeof interactionItem>

export class InteractionView {
  readonly #names: Names

  constructor(names: Names) {
    this.#names = names
  }

  item(row: InteractionRow): Item {
    return {
      id: row.id,
      channel: row.channel,
      direction: row.direction,
      entryPoint: this.#entryPoint(row.entry_point_id),
      customer: row.shown_as === null ? null : { id: row.shown_as, name: row.customer_name },
      state: row.state,
      wrappingUp: row.wrapping_up,
      queue: this.#queue(row.queue_id),
      agent: this.#agent(row.agent_id),
      arrivedAt: iso(row.arrived_at),
      queuedAt: isoOrNull(row.queued_at),
      waitingSince: isoOrNull(row.waiting_since),
      answeredAt: isoOrNull(row.answered_at),
      endedAt: isoOrNull(row.ended_at),
      endedAtLatest: isoOrNull(row.ended_at_latest),
      waitMs: row.wait_ms,
      talkMs: row.talk_ms,
      holdMs: row.hold_ms,
      wrapUpMs: row.wrap_up_ms,
      offers: row.offers,
      recordings: row.recordings,
      endedBy: row.ended_by,
      outcome: row.outcome,
      cause: row.cause,
      disposition: row.disposition,
      callbackOf: row.callback_of,
    }
  }

  story({ story, facts, details, additions }: Told): z.output<typeof interactionStory> {
    const inside = chronicle(facts, details)
    const contact = details.map(({ detail }) => detail).find((detail) => detail.kind === 'contact')
    return {
      ...this.item(rowOf(story, additions)),
      contact:
        contact === undefined
          ? null
          : { from: contact.identity, displayName: contact.displayName, dialled: contact.dialled },
      flows: inside.flows.map((flow) => ({ ...flow, at: iso(flow.at) })),
      path: inside.path.map((step) => ({ ...step, at: iso(step.at) })),
      inputs: inside.inputs.map((input) => ({ ...input, at: iso(input.at) })),
      segments: story.segments.map(({ kind, agentId, queueId, from, to, outcome }) => ({
        kind,
        agent: this.#agent(agentId),
        queue: this.#queue(queueId),
        from: iso(from),
        to: isoOrNull(to),
        ms: to === null ? null : to - from,
        outcome,
      })),
      offerList: inside.offers.map(({ offerId, agentId, queueId, madeAt, endedAt, outcome }) => ({
        offerId,
        agent: this.#named(agentId, this.#names.agent(agentId)),
        queue: this.#named(queueId, this.#names.queue(queueId)),
        madeAt: iso(madeAt),
        endedAt: isoOrNull(endedAt),
        outcome,
      })),
      recordingList: [
        ...inside.recordings.map(({ recordingId, startedAt, durationMs, pauses }) => ({
          recordingId,
          kind: 'talk' as const,
          startedAt: iso(startedAt),
          durationMs,
          pauses: pauses.map(({ from, to, reason }) => ({ from: iso(from), to: isoOrNull(to), reason })),
        })),
        ...story.voicemails.map(({ recordingId, at, durationMs }) => ({
          recordingId,
          kind: 'voicemail' as const,
          startedAt: iso(at - durationMs),
          durationMs,
          pauses: [],
        })),
      ],
      surveys: inside.surveys.map((survey) => ({ ...survey, at: iso(survey.at) })),
      wrapUpEndsAt: isoOrNull(story.wrapUpEndsAt),
      callbackId: inside.callbackId,
      notes: additions.notes.map((note) => this.note(note)),
    }
  }

  note({ id, at, authorId, text }: Note): z.output<typeof noteSchema> {
    return { id, at: iso(at), author: this.#named(authorId, this.#names.agent(authorId)), text }
  }

  timeline({ facts, details, additions }: Told): z.output<typeof timelineSchema> {
    const { notes, disposition } = additions
    const entries = timeline({ facts, details, notes, disposition }, this.#names)
    return {
      items: entries.map(({ agentId, queueId, at, ...entry }) => ({
        ...entry,
        at: iso(at),
        agent: this.#agent(agentId),
        queue: this.#queue(queueId),
      })),
    }
  }

  explanation(told: Told, waiting: WaitOutlook | null, now: Instant): z.output<typeof explanationSchema> {
    const explained = chronicle(told.facts, told.details).offers.flatMap(({ explanation, ...offer }) =>
      explanation === null ? [] : [{ explanation, ...offer }],
    )
    const offers = explained.map(({ explanation, ...offer }) => ({
      offerId: offer.offerId,
      madeAt: iso(offer.madeAt),
      agent: this.#named(offer.agentId, this.#names.agent(offer.agentId)),
      queue: this.#named(offer.queueId, this.#names.queue(offer.queueId)),
      outcome: offer.outcome,
      rule: explanation.rule,
      trigger: explanation.trigger,
      requirement: { ...explanation.requirement },
      relaxationSteps: explanation.relaxationSteps,
      waitedMs: explanation.waitedMs,
      chosen: this.#candidate(explanation.chosen),
      runnersUp: explanation.runnersUp.map((other) => this.#candidate(other)),
      excluded: explanation.excluded,
      ...mutable(explainOffer(explanation, this.#names)),
    }))
    return { offers, waiting: waiting === null ? null : this.#waiting(waiting, now) }
  }

  #waiting(outlook: WaitOutlook, now: Instant): z.output<typeof explanationSchema>['waiting'] {
    const { queueId, requirement, relaxationSteps, waitingSince, position, queueLength, next } = outlook
    return {
      queue: this.#named(queueId, this.#names.queue(queueId)),
      requirement: { ...requirement },
      relaxationSteps,
      waitedMs: now - waitingSince,
      position,
      queueLength,
      next: next === null ? null : { at: iso(next.at), cause: next.cause },
      agents: outlook.agents.slice(0, agentsShown).map((agent) => ({
        agent: this.#named(agent.agentId, this.#names.agent(agent.agentId)),
        hindrances: agent.hindrances.map(({ kind }) => kind),
        othersFirst: agent.othersFirst,
        inWords: hindrancesInWords(agent, now, this.#names),
      })),
      whyNobodyYet: whyNobodyYet(outlook, now, this.#names),
      whatWouldChangeIt: whatWouldChangeTheWait(outlook, now, this.#names),
    }
  }

  #candidate({ agentId, score, idleMs, skills }: Candidate) {
    return { agent: this.#named(agentId, this.#names.agent(agentId)), score, idleMs, skills: { ...skills } }
  }

  #agent(id: string | null) {
    return id === null ? null : this.#named(id, this.#names.agent(id))
  }

  #queue(id: string | null) {
    return id === null ? null : this.#named(id, this.#names.queue(id))
  }

  #entryPoint(id: string) {
    return this.#named(id, this.#names.entryPoint(id))
  }

  #named(id: string, name: string | null) {
    return { id, name }
  }
}

/** The row that the projection will hold, without waiting for it. */
function rowOf(story: Story, additions: Additions): InteractionRow {
  return {
    ...storyRow(story),
    shown_as: additions.shownAs,
    customer_name: additions.customerName,
    disposition: additions.disposition?.code ?? null,
    callback_of: additions.callbackOf,
  }
}

function mutable(words: ReturnType<typeof explainOffer>) {
  return {
    whyThisAgent: [...words.whyThisAgent],
    whyNotOthers: [...words.whyNotOthers],
    whatWouldChangeIt: [...words.whatWouldChangeIt],
  }
}

const iso = (at: Instant): string => new Date(at).toISOString()
const isoOrNull = (at: Instant | null): string | null => (at === null ? null : iso(at))
