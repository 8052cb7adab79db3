/** Where customers reach us, and which flow answers there. */
import { z } from 'zod'
import { channels, type Channel } from '../core/ids.ts'
import { language, slug } from './names.ts'

const address = z
  .string()
  .trim()
  .regex(/^[\w.+*#@-]{1,100}$/, 'use the number, address or account name as customers dial it, without spaces')
  .describe('such as 1000 or +40311234567')

const fields = {
  channel: z.enum(channels),
  address,
  flowId: slug,
  fallbackQueueId: slug.nullable().describe('where callers go when the flow breaks; null: nowhere'),
  language: language.nullable().describe("null: the flow's first"),
  enabled: z.boolean(),
}

export const entryPointSchema = z.object({ id: slug, ...fields })
export const newEntryPointSchema = z.strictObject({
  ...fields,
  id: slug.optional().describe('made from channel and address unless given'),
  channel: fields.channel.default('voice'),
  fallbackQueueId: fields.fallbackQueueId.default(null),
  language: fields.language.default(null),
  enabled: fields.enabled.default(true),
})
export const entryPointPatchSchema = z.strictObject(fields).partial()

export type EntryPoint = Readonly<z.output<typeof entryPointSchema>>

/** `voice-40311234567` for `+40311234567`. */
export function entryPointId(channel: Channel, address: string): string {
  const words = address.toLowerCase().split(/[^a-z0-9]+/)
  return [channel, ...words.filter((word) => word !== '')].join('-').slice(0, 63)
}
