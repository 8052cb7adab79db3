/** People who work here. Those with an agent part are routed to. */
import { z } from 'zod'
import { channels } from '../core/ids.ts'
import type { AgentRules } from '../core/rules.ts'
import { roles } from '../platform/http/principal.ts'
import { displayName, distinct, skillLevels, slug } from './names.ts'

export const username = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'use a to z, 0 to 9 and . _ -, at most 63 characters')

// Names that Asterisk or the dialplan use for themselves; `-web` is the browser's endpoint of the same account.
const reservedSipUsername = /^(anonymous|system|centralita|global|trunk)$|^trunk-|-web$/
const sipUsername = username.refine((name) => !reservedSipUsername.test(name), 'is used by the system: choose another')
/** The user's own name wherever it may be one. */
export const defaultSipUsername = (name: string): string => (reservedSipUsername.test(name) ? `${name}-phone` : name)

const agentFields = {
  skills: skillLevels,
  queueIds: distinct(slug, 1_000),
  capacity: z
    .partialRecord(z.enum(channels), z.int().min(1).max(50))
    .describe('how many interactions of each channel at once; a channel that is absent is not served'),
  interruptible: distinct(z.enum(channels).exclude(['voice', 'video']), channels.length).describe(
    'channels whose conversations give way to a call: they leave room for one, and pause while it lasts',
  ),
}
const agentSchema = z.object({ ...agentFields, sip: z.object({ username: z.string() }) })
const newAgentSchema = z.strictObject({
  skills: agentFields.skills.default({}),
  queueIds: agentFields.queueIds.default([]),
  capacity: agentFields.capacity.default({ voice: 1 }),
  interruptible: agentFields.interruptible.default([]),
  sip: z.strictObject({ username: sipUsername }).optional().describe("the user's own name unless given"),
})

export const userSchema = z.object({
  id: z.uuid(),
  username: z.string(),
  name: z.string(),
  role: z.enum(roles),
  enabled: z.boolean(),
  agent: agentSchema.nullable().describe('null: nobody is routed to this user'),
})
export const newUserSchema = z.strictObject({
  username,
  name: displayName,
  role: z.enum(roles).default('agent'),
  agent: newAgentSchema.nullish().describe('an empty one for the role agent, none for others, unless given'),
})
export const userPatchSchema = z
  .strictObject({
    name: displayName,
    role: z.enum(roles),
    enabled: z.boolean(),
    agent: z
      .strictObject(agentFields)
      .partial()
      .nullable()
      .describe('null: no agent any more; the SIP account goes too'),
  })
  .partial()

export type User = Readonly<z.output<typeof userSchema>>
export type NewUser = z.output<typeof newUserSchema>
export type UserPatch = z.output<typeof userPatchSchema>
export type NewAgent = z.output<typeof newAgentSchema>
export type AgentPart = NonNullable<User['agent']>

export const emptyAgent = (): NewAgent => newAgentSchema.parse({})

/** null: not routed to. */
export function agentRulesOf(user: User): AgentRules | null {
  if (!user.enabled || user.agent === null) return null
  const { skills, queueIds, capacity, interruptible } = user.agent
  const served = Object.fromEntries(Object.entries(capacity).filter(([, atOnce]) => atOnce !== undefined))
  return { id: user.id, skills, queueIds, capacity: served, ...(interruptible.length > 0 && { interruptible }) }
}
