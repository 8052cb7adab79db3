/** SIP over WebSocket (RFC 7118) through the service's own origin, so that one certificate serves pages and phones. */
import WebSocket from 'ws'
import { requireRole } from '../../platform/http/authorisation.ts'
import type { HttpServer } from '../../platform/http/server.ts'

/** What a browser may send before Asterisk has answered: a registration is far below. */
const heldBytes = 64 * 1024

/** `asteriskUrl`: of the node that the next browser is to register at. */
export function registerSipSocketRoutes(server: HttpServer, asteriskUrl: () => string): void {
  server.get('/api/sip', { websocket: true, onRequest: requireRole('agent'), schema: { hide: true } }, (browser) => {
    const asterisk = new WebSocket(socketUrl(asteriskUrl()), 'sip', {
      handshakeTimeout: 5_000,
      perMessageDeflate: false,
    })
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
    browser.on('close', () => asterisk.terminate())
    browser.on('error', () => asterisk.terminate())
  })
}

function socketUrl(asteriskUrl: string): URL {
  const target = new URL('ws', asteriskUrl.endsWith('/') ? asteriskUrl : `${asteriskUrl}/`)
  target.protocol = target.protocol === 'https:' ? 'wss:' : 'ws:'
  return target
}
