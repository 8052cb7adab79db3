/** What an agent's SIP account is in Asterisk: an auth, an address of record and an endpoint (res_pjsip). */
import type { ConfigKind } from './ari/operations.ts'
import type { MediaRules, SipAccount } from './ports.ts'

/** An object of res_pjsip that is pushed into Asterisk's memory. */
export type ConfigObject = Readonly<{
  kind: ConfigKind
  id: string
  fields: Readonly<Record<string, string>>
}>

/** In the order in which they must be pushed: an endpoint is refused while its auth or aor is missing. */
export function accountObjects(
  account: SipAccount,
  { rtpTimeoutSeconds }: MediaRules,
  mayRefer: boolean,
): readonly ConfigObject[] {
  const { endpoint, username } = account
  return [
    {
      kind: 'auth',
      id: endpoint,
      // The database holds no SIP password: RFC 7616's HA1 is all that Asterisk needs.
      fields: { auth_type: 'md5', username, md5_cred: account.ha1, realm: account.realm },
    },
    {
      kind: 'aor',
      id: endpoint,
      fields: {
        // The newest registration is where the agent sits: a phone that lost power leaves an address that leads nowhere.
        max_contacts: '1',
        remove_existing: 'yes',
        // Phones that don't answer OPTIONS would count as gone. A dead one is noticed by its socket, its registration's
        // end, or the next offer.
        qualify_frequency: '0',
        // RFC 3327: a phone that registered through the edge is reached through it.
        support_path: 'yes',
        minimum_expiration: '60',
        maximum_expiration: '3600',
      },
    },
    {
      kind: 'endpoint',
      id: endpoint,
      fields: {
        context: 'from-agents',
        auth: endpoint,
        aors: endpoint,
        disallow: 'all',
        allow: 'ulaw,alaw,g722,opus',
        allow_transfer: mayRefer ? 'yes' : 'no',
        direct_media: 'no',
        rtp_symmetric: 'yes',
        force_rport: 'yes',
        rewrite_contact: 'yes',
        dtmf_mode: 'auto',
        trust_id_outbound: 'yes',
        send_pai: 'yes',
        // By its own name alone: an address may be that of a whole office.
        identify_by: 'username',
        // Whom they talk to, whenever that changes (displays.ts): as an UPDATE, to a phone that knows it.
        send_connected_line: 'yes',
        connected_line_method: 'update',
        rtp_keepalive: '15',
        // A phone whose network vanished sends no BYE: its media tells, and where there is none the session timer.
        rtp_timeout: String(rtpTimeoutSeconds),
        rtp_timeout_hold: '3600',
        timers: 'yes',
        timers_sess_expires: '1800',
        ...(account.device === 'browser'
          ? { webrtc: 'yes', dtls_auto_generate_cert: 'yes' }
          : { media_encryption: 'sdes', media_encryption_optimistic: 'yes' }),
      },
    },
  ]
}
