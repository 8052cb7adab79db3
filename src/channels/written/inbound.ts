/** An inbound message as it lies in the inbox, and back. */
import { z } from 'zod'
import { channels } from '../../core/ids.ts'
import type { InboundMessage } from '../port.ts'

const schema = z.object({
  channel: z.enum(channels),
  entryPointId: z.string(),
  identity: z.string(),
  providerId: z.string(),
  text: z.string(),
  files: z.array(z.object({ id: z.string(), name: z.string(), type: z.string(), bytes: z.number() })),
  button: z.string().nullable(),
  opens: z.boolean(),
  leftFor: z.string().nullable(),
  mailedTo: z.string().nullable().default(null),
  sender: z.object({
    customerId: z.string().nullable(),
    displayName: z.string().nullable(),
    language: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
  }),
})

/** @throws when it was damaged on its way: such a message is set aside */
export function readInbound(body: unknown): InboundMessage {
  return schema.parse(body)
}
