/** How one widget looks and behaves. */
import { z } from 'zod'

const ms = (most: number) => z.int().min(0).max(most)
const dayMs = 24 * 3_600_000
const text = z.string().trim().max(200)

export const widgetSettings = z.strictObject({
  title: text.default('Chat with us').describe('above the conversation'),
  greeting: z.string().trim().max(500).default('').describe('shown before the visitor has written; empty: none'),
  colour: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'write a colour such as #0f766e')
    .default('#0f766e'),
  position: z.enum(['right', 'left']).default('right'),
  languages: z.array(z.string().max(10)).max(20).default([]).describe("empty: the flow's own"),
  allowedOrigins: z
    .array(z.string().regex(/^https?:\/\/[^/\s]+$/, 'write an origin such as https://shop.example.org'))
    .max(50)
    .default([])
    .describe('pages that may show it; empty: any'),
  askDetails: z.enum(['never', 'optional', 'required']).default('never').describe('name and address before the chat'),
  consent: z
    .enum(['ask', 'given', 'never'])
    .default('ask')
    .describe(
      'whether pages that the visitor looks at are told to the agent: asked, agreed on the site, or not at all',
    ),
  call: z.string().max(100).nullable().default(null).describe('the number that its call button dials; null: no button'),
  callback: z.boolean().default(false).describe('whether a call back can be asked for'),
  hoursQueue: z
    .string()
    .max(63)
    .nullable()
    .default(null)
    .describe('outside its hours a form is shown; null: always open'),
  offlineQueue: z
    .string()
    .max(63)
    .nullable()
    .default(null)
    .describe('who gets what is left in the form; null: the fallback queue'),
  offlineMail: z
    .email()
    .max(190)
    .nullable()
    .default(null)
    .describe('the address that gets what is left in the form, by mail instead of a queue; null: a queue gets it'),
  page: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .nullable()
    .default(null)
    .describe('where the chat is on the site, for mails that lead back to it'),
  replyMailMs: ms(dayMs)
    .default(120_000)
    .describe(
      'so long after an answer that they have not seen, visitors who left an address are told by mail; 0: never',
    ),
  silentMs: ms(30 * dayMs)
    .default(1_800_000)
    .describe('without a word after the agent’s last one it is closed; 0: never'),
  absentMs: ms(dayMs)
    .default(600_000)
    .describe('with its page closed while waiting the visitor has given up; 0: never'),
  againWithinMs: ms(90 * dayMs)
    .default(dayMs)
    .describe('so long after its end a conversation goes back to its agent'),
})
export type WidgetSettings = z.output<typeof widgetSettings>

export const defaultSettings: WidgetSettings = widgetSettings.parse({})

export type Widget = Readonly<{ entryPointId: string; settings: WidgetSettings; secret: string }>

/** Pages of other sites may only show a widget that lets them. */
export function mayShow({ allowedOrigins }: WidgetSettings, origin: string | undefined): boolean {
  return allowedOrigins.length === 0 || (origin !== undefined && allowedOrigins.includes(origin))
}
