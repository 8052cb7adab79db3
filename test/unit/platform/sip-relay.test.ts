import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { relaySip } from '../../../src/platform/sip-relay.ts'

const places: WebSocketServer[] = []
let asterisk: WebSocketServer
let heartbeatMs: number
let ended: Promise<'silent' | 'closed'>
let end: (how: 'silent' | 'closed') => void

async function listen(): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  places.push(server)
  await once(server, 'listening')
  return server
}

const portOf = (server: WebSocketServer): number => (server.address() as AddressInfo).port

/** A browser whose telephone line goes through the service. */
async function browse(options: { autoPong?: boolean } = {}): Promise<WebSocket> {
  const service = await listen()
  service.on('connection', (browser) =>
    relaySip({
      browser,
      asteriskUrl: `http://127.0.0.1:${portOf(asterisk)}`,
      heartbeatMs,
      onHeartbeat: () => undefined,
      onEnd: (how) => end(how),
      onNoAsterisk: () => undefined,
    }),
  )
  return new WebSocket(`ws://127.0.0.1:${portOf(service)}`, options)
}

beforeEach(async () => {
  heartbeatMs = 60_000
  ended = new Promise((resolve) => (end = resolve))
  asterisk = await listen()
})

afterEach(() => {
  for (const server of places.splice(0)) {
    for (const socket of server.clients) socket.terminate()
    server.close()
  }
})

describe('a telephone line of a browser', () => {
  it('passes on what was said before Asterisk had answered, and its answer', async () => {
    asterisk.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => socket.send(`answer to ${String(data)}`)),
    )
    const browser = await browse()
    await once(browser, 'open')
    browser.send('REGISTER')
    const [answer] = (await once(browser, 'message')) as [Buffer]
    expect(String(answer)).toBe('answer to REGISTER')
  })

  it('is cut off when it asks and never reads', async () => {
    const much = 'x'.repeat(256 * 1024)
    asterisk.on('connection', (socket) => {
      const flood = (): void => {
        if (socket.readyState === WebSocket.OPEN) socket.send(much, () => setImmediate(flood))
      }
      flood()
    })
    const gone = new Promise((resolve) => asterisk.on('connection', (socket) => socket.on('close', resolve)))
    const browser = await browse()
    await once(browser, 'open')
    browser.pause()
    expect(await ended).toBe('closed')
    await gone
    browser.terminate()
  })

  it('is told apart from one that was closed when it answers no more', async () => {
    heartbeatMs = 20
    await browse({ autoPong: false })
    expect(await ended).toBe('silent')
  })

  it('ends with Asterisk', async () => {
    const browser = await browse()
    asterisk.on('connection', (socket) => socket.close())
    const [code] = (await once(browser, 'close')) as [number]
    expect(code).toBe(1012)
  })
})
