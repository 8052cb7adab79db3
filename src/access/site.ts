/** The site as browsers know it: what passkeys are bound to, and where providers send people back to. */
import { isIP } from 'node:net'
import type { HttpRequest } from '../platform/http/server.ts'

export type Site = Readonly<{
  /** Without a slash at its end. */
  url: string
  origin: string
  /** What passkeys belong to (WebAuthn's RP ID); null: browsers make none for this address. */
  passkeyDomain: string | null
}>

/** `publicUrl` where it is set: behind a proxy a request may say anything of how it came. */
export function siteOf(publicUrl: string | null, request: Pick<HttpRequest, 'protocol' | 'host'>): Site {
  const url = publicUrl ?? `${request.protocol}://${request.host}`
  const { origin, hostname, protocol } = new URL(url)
  // Browsers want a name and a secure context, which localhost is.
  const isSecure = protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost')
  const isName = isIP(hostname.replace(/^\[|\]$/g, '')) === 0
  return { url, origin, passkeyDomain: isSecure && isName ? hostname : null }
}
