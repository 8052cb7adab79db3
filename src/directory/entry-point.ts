/** Where customers reach us, and which flow answers there. */
import { z } from 'zod'
import { channels, type Channel } from '../core/ids.ts'
import { language, slug } from './names.ts'

const address = z
  .string()
  .trim()
  .regex(/^[\w.+*#@-]{1,100}$/, 'use the number, address or account name as customers dial it, without spaces')
  .describe('such as 1000 or +40311234567')

const words = z
  .record(language, z.string().trim().min(1).max(1_000))
  .refine((texts) => Object.keys(texts).length > 0, 'give the words in at least one language')

const fields = {
  channel: z.enum(channels),
  address,
  flowId: slug,
  fallbackQueueId: slug.nullable().describe('where callers go when the flow breaks; null: nowhere'),
  language: language.nullable().describe("null: the flow's first"),
  enabled: z.boolean(),
  announcement: words
    .nullable()
    .describe('said before a phone call is answered, so that nobody pays for it, by language; null: nothing'),
  recordingNotice: words.nullable().describe('said once a phone call is answered, by language; null: nothing'),
  fallbackNumber: z
    .string()
    .regex(/^\+?\d{3,15}$/, 'use a number, such as +40311234567')
    .nullable()
    .describe('called in our place while the service is away; null: callers leave a message'),
}

export const entryPointSchema = z.object({ id: slug, ...fields })
/** Rows of before these existed have none of them. */
export const entryPointOptionsSchema = z.object({
  announcement: fields.announcement.default(null),
  recordingNotice: fields.recordingNotice.default(null),
  fallbackNumber: fields.fallbackNumber.default(null),
})
export const newEntryPointSchema = z.strictObject({
  ...fields,
  id: slug.optional().describe('made from channel and address unless given'),
  channel: fields.channel.default('voice'),
  fallbackQueueId: fields.fallbackQueueId.default(null),
  language: fields.language.default(null),
  enabled: fields.enabled.default(true),
  announcement: fields.announcement.default(null),
  recordingNotice: fields.recordingNotice.default(null),
  fallbackNumber: fields.fallbackNumber.default(null),
})
export const entryPointPatchSchema = z.strictObject(fields).partial()

export type EntryPoint = Readonly<z.output<typeof entryPointSchema>>

/** `voice-40311234567` for `+40311234567`. */
export function entryPointId(channel: Channel, address: string): string {
  const words = address.toLowerCase().split(/[^a-z0-9]+/)
  return [channel, ...words.filter((word) => word !== '')].join('-').slice(0, 63)
}
