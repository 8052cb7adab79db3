/** What a trunk is in Asterisk: how we sign in, where the carrier is, what its calls may do, and how they are known (res_pjsip). */
import { trunkEndpoint } from '../../core/dialling/trunk.ts'
import type { ConfigObject } from './phone-account.ts'
import type { MediaRules, TrunkAccount } from './ports.ts'

/** In the order in which they must be pushed. */
export function trunkObjects(trunk: TrunkAccount, { rtpTimeoutSeconds }: MediaRules): readonly ConfigObject[] {
  const id = trunkEndpoint(trunk.id)
  const { host, port, transport, username, password, addresses, encryptMedia } = trunk
  const signsIn = username !== null && password !== null
  const server = `${host.includes(':') ? `[${host}]` : host}:${port}${transport === 'udp' ? '' : `;transport=${transport}`}`
  const objects: ConfigObject[] = []
  if (signsIn) objects.push({ kind: 'auth', id, fields: { auth_type: 'userpass', username, password } })
  objects.push(
    {
      kind: 'aor',
      id,
      // A carrier that doesn't answer any more is passed over at once, instead of after half a minute of silence.
      fields: { contact: `sip:${server}`, qualify_frequency: '30', qualify_timeout: '3' },
    },
    {
      kind: 'endpoint',
      id,
      fields: {
        context: 'from-outside',
        aors: id,
        ...(signsIn && { outbound_auth: id }),
        // By its address alone: anybody can write its name into From.
        identify_by: 'ip',
        disallow: 'all',
        allow: 'alaw,ulaw,g722,opus',
        direct_media: 'no',
        rtp_symmetric: 'yes',
        force_rport: 'yes',
        rewrite_contact: 'no',
        dtmf_mode: 'auto_info',
        from_domain: host,
        // What the carrier says of the caller is true; what we say of ourselves it checks.
        trust_id_inbound: 'yes',
        trust_id_outbound: 'yes',
        send_pai: 'yes',
        allow_transfer: 'no',
        allow_subscribe: 'no',
        timers: 'yes',
        timers_sess_expires: '1800',
        rtp_keepalive: '15',
        rtp_timeout: String(rtpTimeoutSeconds),
        rtp_timeout_hold: '3600',
        media_encryption: encryptMedia ? 'sdes' : 'no',
      },
    },
    {
      kind: 'identify',
      id,
      fields: { endpoint: id, match: addresses.length === 0 ? host : addresses.join(',') },
    },
  )
  if (trunk.kind === 'registration' && signsIn)
    objects.push({
      kind: 'registration',
      id,
      fields: {
        server_uri: `sip:${server}`,
        client_uri: `sip:${username}@${host}`,
        contact_user: username,
        outbound_auth: id,
        expiration: '600',
        retry_interval: '30',
        forbidden_retry_interval: '300',
        max_retries: '1000000',
        auth_rejection_permanent: 'no',
        max_random_initial_delay: '0',
      },
    })
  return objects
}
