/** Conversations written beside a flow (`main-menu.test.yaml`): who contacts, what the world answers, step by step. */
import { Temporal } from 'temporal-polyfill'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { hangUpCauses } from '../../core/flow/effects.ts'
import { channels } from '../../core/ids.ts'

const queueWays = ['full', 'timeout', 'closed', 'callback', 'voicemail', 'left', 'served-otherwise'] as const
const key = z.coerce.string()

/** `json` and `text` are bodies; `error` is an answer that never came. */
const answer = z.union([
  z.strictObject({ status: z.int().default(200), json: z.json().optional(), text: z.string().optional() }),
  z.strictObject({ error: z.string() }),
])
const payment = z.union([z.strictObject({ token: z.string() }), z.enum(['declined', 'failed'])])
const customer = z.strictObject({
  id: z.string().default('customer-1'),
  name: z.string().nullable().default(null),
  language: z.string().nullable().default(null),
  'last-agent': z.string().nullable().default(null),
  'high-value': z.boolean().default(false),
  attributes: z.record(z.string(), z.json()).default({}),
})

const fakes = z
  .record(z.string(), z.union([answer, z.array(answer).min(1)]))
  .describe('`GET /path`: its answer, or its answers one after the other')

const steps = [
  z.strictObject({ hears: z.string() }).describe('since the customer last did something'),
  z.strictObject({ 'does-not-hear': z.string() }),
  z.strictObject({ presses: key }).describe('keys on a phone, a button or a message in writing'),
  z.strictObject({ says: z.string() }).describe('words on a phone, a message in writing'),
  z.strictObject({ silence: z.union([z.literal(true), z.string()]) }).describe('true: until the flow stops waiting'),
  z.strictObject({
    queued: z.strictObject({
      queue: z.string(),
      skills: z.record(z.string(), z.int()).optional(),
      priority: z.int().optional(),
    }),
  }),
  z.strictObject({ 'comes-back': z.enum(queueWays) }),
  z.strictObject({ 'agent-leaves': z.literal(true) }),
  z.strictObject({ requests: z.string() }).describe('an HTTP request that was made'),
  z.strictObject({ pays: z.strictObject({ amount: z.number(), currency: z.string().optional() }) }),
  z.strictObject({ message: z.strictObject({ queue: z.string() }) }).describe('a voicemail, or a message in writing'),
  z.strictObject({ 'called-back': z.strictObject({ queue: z.string(), number: z.string().optional() }) }),
  z.strictObject({ transferred: z.strictObject({ number: key, queue: z.string(), agent: z.string() }).partial() }),
  z.strictObject({ scored: z.int() }),
  z.strictObject({ judged: z.strictObject({ article: z.string(), helped: z.boolean() }) }),
  z.strictObject({ 'hung-up': z.enum(hangUpCauses) }),
  z.strictObject({ finished: z.string() }).describe('how the flow came out'),
] as const
const step = z.union(steps, { error: wrongStep })
export type ConversationStep = z.infer<typeof step>

const conversation = z.strictObject({
  name: z.string(),
  channels: z.array(z.enum(channels)).min(1).default(['voice']),
  at: z
    .string()
    .refine(isZonedTime, 'write a time and its zone, such as 2026-03-02T10:00[Europe/Bucharest]')
    .optional(),
  language: z.string().optional(),
  caller: z.coerce.string().nullable().default('+40721000001'),
  dialled: z.coerce.string().default('1000'),
  customer: customer.optional(),
  hours: z.record(z.string(), z.enum(['open', 'closed', 'holiday'])).default({}),
  config: z.record(z.string(), z.coerce.string()).default({}),
  queues: z
    .record(
      z.string(),
      z.strictObject({
        waiting: z.int().default(0),
        agents: z.int().default(1),
        idle: z.int().default(1),
        wait: z.int().nullable().default(null).describe('seconds'),
      }),
    )
    .default({}),
  fakes: fakes.default({}),
  payments: z.array(payment).default([]),
  customers: z.record(z.string(), customer.nullable()).default({}),
  articles: z
    .record(z.string(), z.strictObject({ title: z.string(), body: z.string(), language: z.string().optional() }))
    .default({})
    .describe('by id; a question finds the first whose title has a word of it'),
  callbacks: z.enum(['accepted', 'refused']).default('accepted'),
  transfers: z.enum(['answered', 'failed']).default('answered'),
  steps: z.array(step).min(1),
})
export type Conversation = z.infer<typeof conversation>

const file = z.array(conversation, 'write a list of conversations, each with `name:` and `steps:`').min(1)

/** @throws Error with a message that says what is wrong in the file */
export function readConversations(source: string): Conversation[] {
  const result = file.safeParse(parseYaml(source))
  if (result.success) return result.data
  throw new Error(z.prettifyError(result.error))
}

/** What a union says by itself is only that nothing fits. */
function wrongStep({ input, errors }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  const given = typeof input === 'object' && input !== null ? Object.keys(input) : []
  const names = steps.flatMap(({ shape }) => Object.keys(shape))
  if (given.length > 1) return `a step does one thing: give ${given.join(' and ')} a dash each`
  const meant = steps.findIndex(({ shape }) => given.some((name) => name in shape))
  if (meant < 0) return `a step is one of ${names.join(', ')}`
  return (errors[meant] ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
}

function isZonedTime(text: string): boolean {
  try {
    return Temporal.ZonedDateTime.from(text).epochMilliseconds > 0
  } catch {
    return false
  }
}

export type CustomerFixture = z.infer<typeof customer>
export type AnswerFixture = z.infer<typeof answer>
