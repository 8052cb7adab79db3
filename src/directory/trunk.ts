/** Ways out to the telephone network, and in from it. */
import { z } from 'zod'
import { numberForms } from '../core/dialling/trunk.ts'
import { displayName, distinct, slug } from './names.ts'

const host = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9]([a-z0-9.:-]{0,251}[a-z0-9])?$/, 'use a host name or an address, such as sip.example.net')
const addressOrNetwork = z
  .string()
  .trim()
  .regex(/^[0-9a-fA-F.:]{2,45}(\/\d{1,3})?$/, 'use an address or a network, such as 192.0.2.10 or 192.0.2.0/28')
/** Goes into Asterisk's configuration: nothing that ends a value there. */
const credential = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\s;"<>]+$/, 'leave out spaces, quotes, semicolons and angle brackets')
const prefix = z.string().regex(/^\+?\d{1,15}$/, 'use the beginning of a number, such as +40')
const money = z.number().min(0).max(1_000)

const fields = {
  name: displayName,
  enabled: z.boolean(),
  kind: z
    .enum(['registration', 'address'])
    .describe('how the carrier knows us: we sign in with it and stay registered, or it knows our address'),
  host: host.describe("the carrier's SIP server"),
  port: z.int().min(1).max(65_535),
  transport: z.enum(['udp', 'tcp', 'tls']),
  encryptMedia: z.boolean().describe('SRTP (RFC 4568), asked for and not done without: use it with tls alone'),
  username: credential.nullable().describe('what we sign in as; null: the carrier asks for none'),
  addresses: distinct(addressOrNetwork, 50).describe(
    'where its calls come from; empty: what `host` resolves to. Others are strangers',
  ),
  priority: z.int().min(1).max(100).describe('1 is tried first; among equals the cheaper one'),
  perCall: money.describe('what a call costs at once, in your currency'),
  perMinute: money.describe('what each begun minute costs, in your currency'),
  prefixes: distinct(prefix, 500).describe('the numbers that it takes, with their plus; empty: all'),
  emergency: z.boolean().describe('takes emergency calls'),
  callerId: z
    .string()
    .regex(/^\+?\d{3,15}$/, 'use a number, such as +40311234567')
    .nullable()
    .describe('what the called party sees where a queue has no number of its own; null: what the carrier puts there'),
  numberForm: z
    .enum(numberForms)
    .describe('how it wants numbers: +40721234567, 40721234567, or 0721234567 in your own country'),
}

const password = credential.nullable()

/** With its password: only Asterisk gets to see it. */
export const trunkSchema = z.object({ id: slug, ...fields, password })
export const shownTrunkSchema = z.object({ id: slug, ...fields })
export const newTrunkSchema = z
  .strictObject({
    ...fields,
    id: slug,
    password: password.default(null).describe('kept, and never shown again'),
    enabled: fields.enabled.default(true),
    port: fields.port.default(5060),
    transport: fields.transport.default('udp'),
    encryptMedia: fields.encryptMedia.default(false),
    username: fields.username.default(null),
    addresses: fields.addresses.default([]),
    priority: fields.priority.default(10),
    perCall: fields.perCall.default(0),
    perMinute: fields.perMinute.default(0),
    prefixes: fields.prefixes.default([]),
    emergency: fields.emergency.default(true),
    callerId: fields.callerId.default(null),
    numberForm: fields.numberForm.default('plus'),
  })
  .describe('A trunk')
export const trunkPatchSchema = z.strictObject({ ...fields, password }).partial()

export type Trunk = Readonly<z.output<typeof trunkSchema>>

/** What keeps a trunk from being as it is; null: nothing. */
export function contradictionOfTrunk({ kind, username, password, encryptMedia, transport }: Trunk): {
  path: string
  message: string
} | null {
  if (kind === 'registration' && (username === null || password === null))
    return { path: 'body.username', message: 'a registration needs a username and a password' }
  if (encryptMedia && transport !== 'tls')
    return { path: 'body.encryptMedia', message: 'the key of the media would travel in the clear: use tls with it' }
  return null
}
