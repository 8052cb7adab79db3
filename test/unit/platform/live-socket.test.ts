import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { openLiveSocket, type LiveSocketOptions } from '../../../src/platform/live-socket.ts'
import { eventually } from '../../peers/poll.ts'

/** The far end of a connection: answers pings and takes what is sent, unless told otherwise. */
class FarEnd extends EventEmitter {
  readonly OPEN = 1
  readyState = 1
  bufferedAmount = 0
  answersPings = true
  readonly sent: string[] = []
  ended: string | null = null

  ping(): void {
    if (this.answersPings) this.emit('pong')
  }

  send(text: string): void {
    this.sent.push(text)
  }

  close(code: number): void {
    this.#end(`closed ${code}`)
  }

  terminate(): void {
    this.#end('terminated')
  }

  #end(how: string): void {
    this.ended ??= how
    if (this.readyState !== 1) return
    this.readyState = 3
    this.emit('close')
  }
}

function scene(more: Partial<LiveSocketOptions> = {}) {
  const farEnd = new FarEnd()
  const messages: unknown[] = []
  let beats = 0
  let closes = 0
  const live = openLiveSocket(farEnd as unknown as WebSocket, {
    heartbeatMs: 5,
    softLimitBytes: 100,
    patienceMs: 20,
    onHeartbeat: () => {
      beats++
      return Promise.resolve(null)
    },
    onMessage: (message) => void messages.push(message),
    onClose: () => void closes++,
    onError: (error) => {
      throw error
    },
    ...more,
  })
  return { farEnd, live, messages, beats: () => beats, closes: () => closes }
}

const soon = (look: () => boolean, what: string) => eventually(look, { withinMs: 2_000, everyMs: 2, what })

describe('a live socket', () => {
  it('stays open for as long as pings are answered', async () => {
    const { farEnd, beats, live } = scene()
    await soon(() => beats() >= 8, 'heartbeats')
    expect(farEnd.ended).toBeNull()
    live.send('hello')
    expect(farEnd.sent).toEqual(['hello'])
    live.close(1001, 'done')
  })

  it('cuts off an end that answers no ping', async () => {
    const { farEnd, closes } = scene()
    farEnd.answersPings = false
    await soon(() => farEnd.ended !== null, 'the end')
    expect([farEnd.ended, closes()]).toEqual(['terminated', 1])
  })

  it('closes a reader that stays behind, with a code that tells it to come back', async () => {
    const { farEnd, live, closes } = scene()
    farEnd.bufferedAmount = 101
    expect(live.isReady()).toBe(false)
    await soon(() => farEnd.ended !== null, 'the end')
    expect([farEnd.ended, closes()]).toEqual(['closed 1013', 1])
  })

  it('cuts off a reader that asks and takes nothing at once, long before the next ping', () => {
    const { farEnd, live } = scene({ heartbeatMs: 60_000, patienceMs: 60_000 })
    farEnd.bufferedAmount = 1_600
    live.send('the last')
    expect([farEnd.ended, farEnd.sent]).toEqual([null, ['the last']])
    farEnd.bufferedAmount = 1_601
    live.send('one too many')
    expect([farEnd.ended, farEnd.sent]).toEqual(['terminated', ['the last']])
  })

  it('forgives a reader that catches up in time', async () => {
    const { farEnd, live, beats } = scene({ patienceMs: 60_000 })
    farEnd.bufferedAmount = 101
    await soon(() => beats() >= 3, 'heartbeats')
    farEnd.bufferedAmount = 0
    expect(live.isReady()).toBe(true)
    expect(farEnd.ended).toBeNull()
    live.close(1001, 'done')
  })

  it('closes for the reason that a heartbeat finds', async () => {
    const { farEnd } = scene({ onHeartbeat: () => Promise.resolve({ code: 4401, reason: 'sign in again' }) })
    await soon(() => farEnd.ended !== null, 'the end')
    expect(farEnd.ended).toBe('closed 4401')
  })

  it('hands on what was said, and undefined for what is no JSON', () => {
    const { farEnd, messages, live } = scene()
    farEnd.emit('message', Buffer.from('{"a":1}'), false)
    farEnd.emit('message', Buffer.from('{'), false)
    farEnd.emit('message', Buffer.from('{}'), true)
    expect(messages).toEqual([{ a: 1 }, undefined, undefined])
    live.close(1001, 'done')
  })
})
