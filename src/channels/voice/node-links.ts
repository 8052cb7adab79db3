/**
 * How nodes ring each other's phones: each has an endpoint for each other one, pushed like an account. A call through it
 * must come from the other node's address and know the secret that only the two share; it enters the dialplan at
 * `from-nodes`, which dials the account there (dialplans/extensions.conf).
 */
import { createHash, createHmac } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import type { AriAccess } from './ari/connection.ts'
import type { Ari } from './ari/operations.ts'
import type { ConfigObject } from './phone-account.ts'

/** What the links of a node are made of; its ARI password is known to the service and to that node alone. */
export type LinkEnd = Readonly<{ name: string; access: AriAccess; sip: Readonly<{ host: string; port: number }> }>

const realm = 'centralita'
const linkPrefix = 'node~'

/** Of the endpoint that stands for a node; no account's name has the sign in it. */
export function linkOf(node: string): string {
  return `${linkPrefix}${node}`
}

/** The account, as it is dialled from another node. */
export function throughLink(account: string, node: string): string {
  return `${account}@${linkOf(node)}`
}

/** Which node is at the other end of a channel, by the channel's name; null: it is no link. */
export function nodeOfLink(channelName: string): string | null {
  return /^PJSIP\/node~([a-z0-9]+)-[0-9a-f]+$/.exec(channelName)?.[1] ?? null
}

/** What a leg must say when it is dialled, so that the other node knows whose it is. */
export function linkVariables(account: string, channelId: string): Readonly<Record<string, string>> {
  return account.includes(`@${linkPrefix}`) ? { 'PJSIP_HEADER(add,X-Centralita-Leg)': channelId } : {}
}

/** Whether what a node has of another one, as far as it can change, is what it should have. */
export async function isLinked(ari: Ari, objects: readonly ConfigObject[]): Promise<boolean> {
  for (const { kind, id, fields } of objects) {
    const known = await ari.config(kind, id)
    const telling = ['md5_cred', 'contact'] as const
    if (known === null || telling.some((name) => fields[name] !== undefined && known.get(name) !== fields[name]))
      return false
  }
  return true
}

/** What `here` needs to know of `there`, in the order in which it must be pushed. */
export async function linkObjects(here: LinkEnd, there: LinkEnd): Promise<readonly ConfigObject[]> {
  const secret = secretOf(here, there)
  const auth = (id: string, username: string): ConfigObject => ({
    kind: 'auth',
    id,
    fields: { auth_type: 'md5', username, realm, md5_cred: md5(`${username}:${realm}:${secret}`) },
  })
  const link = linkOf(there.name)
  const { host, port } = there.sip
  const addresses = (await lookup(host, { all: true })).map(({ address }) => address)
  const contact = `sip:${host.includes(':') ? `[${host}]` : host}:${port}`
  return [
    auth(link, link),
    auth(`${link}-out`, linkOf(here.name)),
    {
      kind: 'aor',
      id: link,
      // Whether the other node is there, seen from this one.
      fields: { contact, qualify_frequency: '2', qualify_timeout: '2' },
    },
    {
      kind: 'endpoint',
      id: link,
      fields: {
        context: 'from-nodes',
        auth: link,
        outbound_auth: `${link}-out`,
        from_user: linkOf(here.name),
        aors: link,
        deny: '0.0.0.0/0,::/0',
        permit: addresses.map((address) => `${address}/${address.includes(':') ? 128 : 32}`).join(','),
        allow_transfer: 'no',
        allow_subscribe: 'no',
        disallow: 'all',
        allow: 'ulaw,alaw,g722,opus',
        direct_media: 'no',
        dtmf_mode: 'rfc4733',
        trust_id_inbound: 'yes',
        trust_id_outbound: 'yes',
        send_pai: 'yes',
        // The phone at the other node is told whom it talks to.
        send_connected_line: 'yes',
        connected_line_method: 'update',
        // The phone's hold reaches the node of the call, which plays the music and knows of it.
        moh_passthrough: 'yes',
        // A node that vanished says no BYE.
        rtp_keepalive: '10',
        rtp_timeout: '40',
      },
    },
  ]
}

function secretOf(a: LinkEnd, b: LinkEnd): string {
  const [first, second] = [a, b].sort((x, y) => (x.name < y.name ? -1 : 1))
  const key = `${first?.access.password}\n${second?.access.password}`
  return createHmac('sha256', key).update(`centralita link ${first?.name} ${second?.name}`).digest('base64url')
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
