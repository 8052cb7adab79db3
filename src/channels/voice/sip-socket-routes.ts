/** SIP over WebSocket (RFC 7118) through the service's own origin, so that one certificate serves pages and phones. */
import WebSocket from 'ws'
import { principalOf, requireRole } from '../../platform/http/authorisation.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { HttpRequest, HttpServer } from '../../platform/http/server.ts'
import type { BrowserLines } from './browser-lines.ts'

/** What a browser may send before Asterisk has answered: a registration is far below. */
const heldBytes = 64 * 1024

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
      const asterisk = new WebSocket(socketUrl(asteriskUrl()), 'sip', {
        handshakeTimeout: 5_000,
        perMessageDeflate: false,
      })
      const ended = lines.opened(principalOf(request).id)
      const held: Buffer[] = []
      let bytes = 0
      browser.on('message', (data: Buffer, isBinary: boolean) => {
        if (asterisk.readyState === WebSocket.OPEN) return asterisk.send(data, { binary: isBinary })
        bytes += data.length
        if (bytes > heldBytes) return browser.close(1013, 'Asterisk is not connected yet')
        held.push(data)
      })
      asterisk.on('open', () => {
        for (const data of held.splice(0)) asterisk.send(data, { binary: false })
      })
      asterisk.on('message', (data: Buffer, isBinary: boolean) => browser.send(data, { binary: isBinary }))
      asterisk.on('close', () => browser.close(1012, 'Asterisk closed the connection'))
      asterisk.on('error', (error) => server.log.warn({ err: error }, 'SIP over WebSocket: no connection to Asterisk'))
      let answered = true
      let isSilent = false
      const heartbeat = setInterval(() => {
        if (!answered) {
          isSilent = true
          return browser.terminate()
        }
        answered = false
        browser.ping()
        signedIn(request).then(
          (still) => still || browser.close(4401, 'sign in again'),
          (error: unknown) => server.log.debug({ err: error }, 'SIP over WebSocket: who is it?'),
        )
      }, heartbeatMs)
      browser.on('pong', () => {
        answered = true
      })
      const stopListening = whileSignedIn(principalOf(request), () => browser.close(4401, 'sign in again'))
      browser.on('close', () => {
        stopListening()
        clearInterval(heartbeat)
        asterisk.terminate()
        ended(isSilent ? 'silent' : 'closed')
      })
      browser.on('error', () => asterisk.terminate())
    },
  )
}

function socketUrl(asteriskUrl: string): URL {
  const target = new URL('ws', asteriskUrl.endsWith('/') ? asteriskUrl : `${asteriskUrl}/`)
  target.protocol = target.protocol === 'https:' ? 'wss:' : 'ws:'
  return target
}
