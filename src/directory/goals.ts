/** What an agent aims at in a day. */
import { z } from 'zod'

const dayMs = 24 * 3_600_000

export const goalsSchema = z.strictObject({
  handled: z.int().min(1).max(10_000).nullable().describe('contacts in a day, at least; null: no goal'),
  handlingMs: z
    .int()
    .min(1_000)
    .max(dayMs)
    .nullable()
    .describe('average handling time, at most, in milliseconds; null: no goal'),
})
export type Goals = z.output<typeof goalsSchema>

export const noGoals: Goals = { handled: null, handlingMs: null }
