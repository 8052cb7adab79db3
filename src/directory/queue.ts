/** A queue: the rules that the router follows, and what those who wait in it hear. */
import { z } from 'zod'
import type { QueueRules } from '../core/rules.ts'
import { displayName, language, proficiency, skillLevels, slug } from './names.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const ms = (min: number, max: number): z.ZodNumber => z.int().min(min).max(max)
const ascending = (steps: readonly { afterMs: number }[]): boolean =>
  steps.every((step, i) => i === 0 || (steps[i - 1]?.afterMs ?? 0) < step.afterMs)
const order = 'afterMs must grow from step to step'

const relaxation = z
  .array(
    z.strictObject({
      afterMs: ms(1_000, 24 * hourMs),
      skills: z.record(slug, z.union([z.literal(0), proficiency])).describe('0 drops the skill'),
    }),
  )
  .max(20)
  .refine(ascending, order)
const overflow = z
  .array(z.strictObject({ afterMs: ms(1_000, 24 * hourMs), toQueueId: slug }))
  .max(10)
  .refine(ascending, order)

const every = z
  .int()
  .max(hourMs)
  .refine((value) => value === 0 || value >= 10_000, 'use 0 for never, or at least 10000')
  .describe('milliseconds; 0: never')

const announcements = z.strictObject({
  everyMs: every,
  position: z.boolean().describe('say the place in line'),
  wait: z.boolean().describe('say the estimated wait'),
})
const comfort = z.strictObject({
  everyMs: every,
  messages: z
    .array(z.record(language, z.string().trim().min(1).max(500)))
    .max(20)
    .describe('one after another, by language'),
})

const ruleFields = {
  requirement: skillLevels,
  priority: z.int().min(0).max(10),
  ageingMsPerPoint: ms(0, hourMs).describe(
    'how much waiting one point of priority is worth; 0: priority counts for nothing',
  ),
  selection: z.enum(['most-skilled', 'longest-idle']),
  ringTimeoutMs: ms(1_000, 5 * minuteMs),
  wrapUpMs: ms(0, hourMs).describe('0: no wrap-up'),
  wrapUpExtensionLimitMs: ms(0, hourMs),
  maxWaiting: z.int().min(0).max(100_000).nullable().describe('null: no limit'),
  maxWaitMs: ms(1_000, 24 * hourMs)
    .nullable()
    .describe('null: no limit'),
  relaxation,
  overflow,
  preferredAgentHoldMs: ms(0, 10 * minuteMs).describe(
    'how long to wait for the last or preferred agent alone; 0: not at all',
  ),
}

const settingFields = {
  hoursId: slug.nullable().describe('null: always open'),
  serviceLevelMs: ms(1_000, hourMs).describe('answered within this counts for the service level'),
  recording: z.boolean(),
  callerId: z
    .string()
    .regex(/^\+?\d{3,15}$/, 'use digits, with a + before a country code')
    .nullable()
    .describe('the number that those see whom the queue calls; null: whatever the trunk shows'),
  music: z.string().regex(/^[\w.-]{1,80}$/, 'use the name of a music class of Asterisk'),
  announcements,
  comfort,
}

const newFields = {
  requirement: ruleFields.requirement.default({}),
  priority: ruleFields.priority.default(0),
  ageingMsPerPoint: ruleFields.ageingMsPerPoint.default(minuteMs),
  selection: ruleFields.selection.default('most-skilled'),
  ringTimeoutMs: ruleFields.ringTimeoutMs.default(20_000),
  wrapUpMs: ruleFields.wrapUpMs.default(30_000),
  wrapUpExtensionLimitMs: ruleFields.wrapUpExtensionLimitMs.default(2 * minuteMs),
  maxWaiting: ruleFields.maxWaiting.default(null),
  maxWaitMs: ruleFields.maxWaitMs.default(null),
  relaxation: ruleFields.relaxation.default([]),
  overflow: ruleFields.overflow.default([]),
  preferredAgentHoldMs: ruleFields.preferredAgentHoldMs.default(30_000),
  hoursId: settingFields.hoursId.default(null),
  serviceLevelMs: settingFields.serviceLevelMs.default(20_000),
  recording: settingFields.recording.default(false),
  callerId: settingFields.callerId.default(null),
  music: settingFields.music.default('default'),
  announcements: settingFields.announcements.default({ everyMs: 30_000, position: true, wait: true }),
  comfort: settingFields.comfort.default({ everyMs: 0, messages: [] }),
}

export const queueSchema = z.object({ id: slug, name: displayName, ...ruleFields, ...settingFields })
export const newQueueSchema = z.strictObject({ id: slug, name: displayName, ...newFields })
/** As rows hold it: what came later takes its default, what is gone is left out. */
export const storedQueueSchema = z.object({ id: slug, name: displayName, ...newFields })
export const queuePatchSchema = z.strictObject({ name: displayName, ...ruleFields, ...settingFields }).partial()

export type Queue = z.output<typeof queueSchema>
const rulesSchema = z.object(ruleFields)
const settingsSchema = z.object(settingFields)

/** What the voice channel and the reports need to know beside the router's rules. */
export type QueueSettings = Readonly<{ id: string; name: string } & z.output<typeof settingsSchema>>

export const rulesOf = (queue: Queue): QueueRules => ({ id: queue.id, ...rulesSchema.parse(queue) })
export const settingsOf = (queue: Queue): QueueSettings => ({
  id: queue.id,
  name: queue.name,
  ...settingsSchema.parse(queue),
})

/** Says what contradicts itself once a change has been applied. */
export function contradictionOf(queue: Queue): { path: string; message: string } | null {
  if (queue.overflow.some((rule) => rule.toQueueId === queue.id))
    return { path: 'body.overflow', message: 'leads back into the same queue' }
  return null
}
