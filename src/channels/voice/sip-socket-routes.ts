/** Where agents' browsers register as telephones. */
import { principalOf, requireRole } from '../../platform/http/authorisation.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { HttpRequest, HttpServer } from '../../platform/http/server.ts'
import { relaySip } from '../../platform/sip-relay.ts'
import type { BrowserLines } from './browser-lines.ts'

/** A browser that answers no ping in between is gone, and so is its registration. */
const heartbeatMs = 5_000

type SipSocketPorts = Readonly<{
  /** Of the node that the next browser is to register at. */
  asteriskUrl(): string
  /** Asked with every heartbeat. */
  signedIn(request: HttpRequest): Promise<boolean>
  /** `end` is called at once when the session ends; returns how to stop listening. */
  whileSignedIn(principal: Principal, end: () => void): () => void
  lines: BrowserLines
}>

export function registerSipSocketRoutes(
  server: HttpServer,
  { asteriskUrl, signedIn, whileSignedIn, lines }: SipSocketPorts,
): void {
  server.get(
    '/api/sip',
    { websocket: true, onRequest: requireRole('agent'), schema: { hide: true } },
    (browser, request) => {
      const ended = lines.opened(principalOf(request).id)
      const stopListening = whileSignedIn(principalOf(request), () => browser.close(4401, 'sign in again'))
      relaySip({
        browser,
        asteriskUrl: asteriskUrl(),
        heartbeatMs,
        onHeartbeat() {
          signedIn(request).then(
            (still) => still || browser.close(4401, 'sign in again'),
            (error: unknown) => server.log.debug({ err: error }, 'SIP over WebSocket: who is it?'),
          )
        },
        onEnd(how) {
          stopListening()
          ended(how)
        },
        onNoAsterisk: (error) => server.log.warn({ err: error }, 'SIP over WebSocket: no connection to Asterisk'),
      })
    },
  )
}
