/**
 * SIP over WebSocket (RFC 7118) between a browser and Asterisk, through the service's own origin: one certificate serves
 * pages and phones. Whichever side goes, the other goes too.
 */
import WebSocket from 'ws'

/** What a browser may send before Asterisk has answered: a registration is far below. */
const heldBytes = 64 * 1024
/** What may wait on either side: who sends and never reads is cut off. */
const unsentBytes = 1024 * 1024

type SipRelay = Readonly<{
  browser: WebSocket
  /** Where Asterisk's HTTP server is. */
  asteriskUrl: string
  /** Between two pings; a browser that answers none in between is gone, and so is its registration. */
  heartbeatMs: number
  /** With every ping. */
  onHeartbeat(): void
  onEnd(how: 'silent' | 'closed'): void
  onNoAsterisk(error: Error): void
}>

export function relaySip({ browser, asteriskUrl, heartbeatMs, onHeartbeat, onEnd, onNoAsterisk }: SipRelay): void {
  const asterisk = new WebSocket(socketUrl(asteriskUrl), 'sip', { handshakeTimeout: 5_000, perMessageDeflate: false })
  const held: Buffer[] = []
  let bytes = 0
  browser.on('message', (data: Buffer, isBinary: boolean) => {
    if (asterisk.bufferedAmount > unsentBytes) return browser.terminate()
    if (asterisk.readyState === WebSocket.OPEN) return asterisk.send(data, { binary: isBinary })
    bytes += data.length
    if (bytes > heldBytes) return browser.close(1013, 'Asterisk is not connected yet')
    held.push(data)
  })
  asterisk.on('open', () => {
    for (const data of held.splice(0)) asterisk.send(data, { binary: false })
  })
  asterisk.on('message', (data: Buffer, isBinary: boolean) => {
    if (browser.bufferedAmount > unsentBytes) return browser.terminate()
    browser.send(data, { binary: isBinary })
  })
  asterisk.on('close', () => browser.close(1012, 'Asterisk closed the connection'))
  asterisk.on('error', onNoAsterisk)
  let answered = true
  let isSilent = false
  const heartbeat = setInterval(() => {
    if (!answered) {
      isSilent = true
      return browser.terminate()
    }
    answered = false
    browser.ping()
    onHeartbeat()
  }, heartbeatMs)
  browser.on('pong', () => {
    answered = true
  })
  browser.on('close', () => {
    clearInterval(heartbeat)
    asterisk.terminate()
    onEnd(isSilent ? 'silent' : 'closed')
  })
  browser.on('error', () => asterisk.terminate())
}

function socketUrl(asteriskUrl: string): URL {
  const target = new URL('ws', asteriskUrl.endsWith('/') ? asteriskUrl : `${asteriskUrl}/`)
  target.protocol = target.protocol === 'https:' ? 'wss:' : 'ws:'
  return target
}
