/** What a page needs to be the agent's telephone. */
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Instant } from '../core/ids.ts'
import { requireRole, userOf } from '../platform/http/authorisation.ts'
import { conflict } from '../platform/http/errors.ts'
import type { HttpServer } from '../platform/http/server.ts'
import { browserAccount } from './browser-account.ts'
import type { Directory } from './directory.ts'

/** Where browsers find their own address, and a relay when there is no way through. */
export type IceSettings = Readonly<{
  stunUrls: readonly string[]
  turnUrls: readonly string[]
  /** Shared with the TURN server (coturn's `static-auth-secret`); null: none. */
  turnSecret: string | null
}>

export type SoftphoneDeps = Readonly<{ directory: Directory; ice: IceSettings; now?: () => Instant }>

const softphoneSchema = z.object({
  uri: z.string().describe('SIP address to register'),
  username: z.string(),
  password: z.string().describe('good until endsAt'),
  realm: z.string(),
  endsAt: z.iso.datetime(),
  socket: z.string().describe('path of the SIP WebSocket (RFC 7118) on this origin'),
  phoneUsername: z.string().describe("what the agent's desk phone registers as"),
  iceServers: z.array(
    z.object({ urls: z.array(z.string()), username: z.string().optional(), credential: z.string().optional() }),
  ),
})
export type Softphone = z.output<typeof softphoneSchema>

export function registerSoftphoneRoutes(server: HttpServer, { directory, ice, now = Date.now }: SoftphoneDeps): void {
  server.get(
    '/api/me/softphone',
    {
      onRequest: requireRole('agent'),
      schema: { summary: 'The account of the telephone in your browser', response: { 200: softphoneSchema } },
    },
    async (request) => {
      const { id } = userOf(request)
      const account = directory.snapshot().sipAccounts.get(id)
      if (account === undefined) throw conflict('no-phone', 'you have no telephone: an admin adds it to your user')
      const { username, password, realm, endsAt } = browserAccount(account, now())
      return {
        uri: `sip:${username}@${realm}`,
        username,
        password,
        realm,
        endsAt: new Date(endsAt).toISOString(),
        socket: '/api/sip',
        phoneUsername: account.username,
        iceServers: iceServersFor(ice, account.username, endsAt),
      }
    },
  )
}

/** TURN's own time-limited credentials (draft-uberti-behave-turn-rest): the end as Unix seconds, signed. */
function iceServersFor({ stunUrls, turnUrls, turnSecret }: IceSettings, user: string, endsAt: Instant) {
  const stun = stunUrls.length === 0 ? [] : [{ urls: [...stunUrls] }]
  if (turnUrls.length === 0 || turnSecret === null) return stun
  const username = `${Math.floor(endsAt / 1_000)}:${user}`
  const credential = createHmac('sha1', turnSecret).update(username).digest('base64')
  return [...stun, { urls: [...turnUrls], username, credential }]
}
