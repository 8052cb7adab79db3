/** What the history's API speaks. Times are ISO 8601 in UTC, lengths are milliseconds. */
import { z } from 'zod'
import { interactionStates, segmentKinds } from '../core/history/story.ts'
import { channels } from '../core/ids.ts'
import type { Outcome } from '../core/facts.ts'

export const outcomes = [
  'answered',
  'abandoned',
  'short-abandon',
  'self-served',
  'voicemail',
  'callback',
  'failed',
  'unknown',
] as const satisfies readonly Outcome[]

const time = z.string().describe('ISO 8601, UTC')
const ms = z.number().int().describe('milliseconds')
const named = (what: string) => z.object({ id: z.string(), name: z.string().nullable() }).describe(what)

export const idParams = z.object({ id: z.guid() })

export const pageQuery = {
  after: z.string().max(400).optional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
}

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable().describe('for `after`; null: that was the last page') })

export const interactionQuery = z.object({
  channel: z.enum(channels).optional(),
  queue: z.string().max(200).optional(),
  state: z.enum(interactionStates).optional(),
  customer: z.guid().optional(),
  agent: z.guid().optional().describe('who answered last'),
  outcome: z.enum(outcomes).optional(),
  from: z.iso.datetime({ offset: true }).optional().describe('arrived at or after'),
  to: z.iso.datetime({ offset: true }).optional().describe('arrived before'),
  ...pageQuery,
})

export const interactionItem = z
  .object({
    id: z.string(),
    channel: z.enum(channels),
    direction: z.enum(['inbound', 'outbound']),
    entryPoint: named('where the customer arrived'),
    customer: named('null: not known').nullable(),
    state: z.enum(interactionStates),
    wrappingUp: z.boolean(),
    queue: named('the one it waits or waited in last').nullable(),
    agent: named('who answered last').nullable(),
    arrivedAt: time,
    queuedAt: time.nullable(),
    waitingSince: time.nullable().describe('earlier than queuedAt for a callback'),
    answeredAt: time.nullable(),
    endedAt: time.nullable(),
    endedAtLatest: time.nullable().describe('nobody saw when: between endedAt and this; else null'),
    waitMs: ms.describe('of waits that are over'),
    talkMs: ms.describe('without hold'),
    holdMs: ms,
    wrapUpMs: ms,
    offers: z.number().int().describe('how many times an agent was rung'),
    recordings: z.number().int(),
    endedBy: z.enum(['customer', 'agent', 'system', 'unknown']).nullable(),
    outcome: z.enum(outcomes).nullable(),
    cause: z.string().nullable(),
    disposition: z.string().nullable(),
    callbackOf: z.string().nullable().describe('the interaction that asked to be called back'),
  })
  .describe('An interaction in one line')

const note = z.object({ id: z.string(), at: time, author: named('who wrote it'), text: z.string() })
export const noteSchema = note

export const interactionStory = interactionItem
  .extend({
    contact: z
      .object({ from: z.string().nullable(), displayName: z.string().nullable(), dialled: z.string() })
      .nullable()
      .describe('from null: withheld'),
    flows: z.array(
      z.object({ at: time, flowId: z.string(), version: z.number().int(), outcome: z.string().nullable() }),
    ),
    path: z.array(z.object({ at: time, flowId: z.string(), nodeId: z.string() })).describe('nodes in order'),
    inputs: z.array(
      z.object({
        at: time,
        nodeId: z.string(),
        length: z.number().int(),
        secret: z.boolean(),
        text: z.string().nullable().describe('null: secret, or erased'),
      }),
    ),
    segments: z.array(
      z.object({
        kind: z.enum(segmentKinds),
        agent: named('').nullable(),
        queue: named('').nullable(),
        from: time,
        to: time.nullable(),
        ms: ms.nullable().describe('null: goes on'),
        outcome: z.string().nullable(),
      }),
    ),
    offerList: z.array(
      z.object({
        offerId: z.string(),
        agent: named(''),
        queue: named(''),
        madeAt: time,
        endedAt: time.nullable(),
        outcome: z.string().nullable().describe('accepted, expired, or why not; null: it rings'),
      }),
    ),
    recordingList: z.array(
      z.object({
        recordingId: z.string(),
        kind: z.enum(['talk', 'voicemail']),
        startedAt: time,
        durationMs: ms.nullable(),
        pauses: z.array(z.object({ from: time, to: time.nullable(), reason: z.string() })),
      }),
    ),
    surveys: z.array(z.object({ at: time, nodeId: z.string(), score: z.number() })),
    wrapUpEndsAt: time.nullable(),
    callbackId: z.string().nullable().describe('the callback that was asked for'),
    notes: z.array(note),
  })
  .describe('The whole story of an interaction')

export const timelineSchema = z.object({
  items: z.array(
    z.object({
      at: time,
      seq: z.number().int().nullable(),
      kind: z.string(),
      text: z.string(),
      agent: named('').nullable(),
      queue: named('').nullable(),
    }),
  ),
})

const inWords = {
  whyThisAgent: z.array(z.string()),
  whyNotOthers: z.array(z.string()),
  whatWouldChangeIt: z.array(z.string()),
}
const candidate = z.object({
  agent: named(''),
  score: z.number(),
  idleMs: ms,
  skills: z.record(z.string(), z.number()),
})
const requirement = z.record(z.string(), z.number()).describe('least proficiency per skill')
const excluded = z
  .object({
    unsuited: z.number().int(),
    offline: z.number().int(),
    notReady: z.number().int(),
    unreachable: z.number().int(),
    busy: z.number().int(),
  })
  .describe('how many agents were kept out, by reason')

export const explanationSchema = z.object({
  offers: z.array(
    z.object({
      offerId: z.string(),
      madeAt: time,
      agent: named(''),
      queue: named(''),
      outcome: z.string().nullable(),
      rule: z.enum(['preferred-agent', 'most-skilled', 'longest-idle']),
      trigger: z.enum(['interaction-waited', 'agent-became-free']),
      requirement,
      relaxationSteps: z.number().int(),
      waitedMs: ms,
      chosen: candidate,
      runnersUp: z.array(candidate),
      excluded,
      ...inWords,
    }),
  ),
  waiting: z
    .object({
      queue: named(''),
      requirement,
      relaxationSteps: z.number().int(),
      waitedMs: ms,
      position: z.number().int(),
      queueLength: z.number().int(),
      next: z.object({ at: time, cause: z.string() }).nullable().describe('what time alone will change next'),
      agents: z
        .array(
          z.object({
            agent: named(''),
            hindrances: z.array(z.string()).describe('names of what stands in the way'),
            othersFirst: z.number().int().nullable().describe('how many would be served before; null: not suited'),
            inWords: z.array(z.string()),
          }),
        )
        .describe('those nearest to taking it, at most 20'),
      whyNobodyYet: z.array(z.string()),
      whatWouldChangeIt: z.array(z.string()),
    })
    .nullable()
    .describe('null: it does not wait'),
})

const text = (most: number) => z.string().trim().min(1).max(most)

export const noteBody = z.strictObject({ text: text(10_000) })
export const dispositionBody = z.strictObject({ code: text(100) })
export const wrapUpBody = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('finish'), disposition: text(100).optional() }),
  z.strictObject({
    action: z.literal('extend'),
    byMs: z.number().int().min(1_000).max(3_600_000),
    disposition: text(100).optional(),
  }),
])
export const muteBody = z.strictObject({ on: z.boolean() })
export const digitsBody = z.strictObject({
  digits: z.string().regex(/^[0-9A-D*#]{1,64}$/, 'use 1 to 64 of 0 to 9, A to D, * and #'),
})
export const recordingBody = z.strictObject({ action: z.enum(['pause', 'resume']) })
export const done = z.object({ ok: z.literal(true) })
