import { describe, expect, it } from 'vitest'
import { erlangC, kaufmanRoberts } from './erlang.ts'
import { simulateMixed } from './mixed-channels.ts'
import { contains, interval } from './statistics.ts'

const minutes = 60_000
const common = { seed: 20_260_102, batches: 60, arrivalsPerBatch: 5_000 }

describe('Kaufman and Roberts', () => {
  it('come to Erlang B when everything is of one size', () => {
    expect(kaufmanRoberts(5, [{ load: 3, size: 1 }])[0]).toBeCloseTo(0.11005, 5)
  })

  it('by hand: three units, calls that take them all and chats that take one', () => {
    // Weights of 0 to 3 chats and of the call: 1, a, a²/2, a³/6 and b.
    const [a, b] = [0.9, 0.4]
    const total = 1 + a + a ** 2 / 2 + a ** 3 / 6 + b
    const [call = NaN, chat = NaN] = kaufmanRoberts(3, [
      { load: b, size: 3 },
      { load: a, size: 1 },
    ])
    expect(call).toBeCloseTo(1 - 1 / total, 10)
    expect(chat).toBeCloseTo((a ** 3 / 6 + b) / total, 10)
  })
})

describe('an agent of one call or three chats', () => {
  it(
    'turns calls and chats away as often as theory says',
    () => {
      const loads = { voice: 0.4, chat: 0.9 }
      const batches = simulateMixed({ ...common, agents: 1, capacity: { voice: 1, chat: 3 }, loads, waits: false })
      const [call = NaN, chat = NaN] = kaufmanRoberts(3, [
        { load: loads.voice, size: 3 },
        { load: loads.chat, size: 1 },
      ])
      const calls = interval(batches.map(({ turnedAway }) => turnedAway.voice ?? NaN))
      const chats = interval(batches.map(({ turnedAway }) => turnedAway.chat ?? NaN))
      for (const [measured, theory] of [
        [calls, call],
        [chats, chat],
      ] as const) {
        expect(measured.halfWidth / theory).toBeLessThanOrEqual(0.03)
        expect(contains(measured, theory), `${measured.mean} ± ${measured.halfWidth} contains ${theory}`).toBe(true)
      }
      expect(contains(chats, chat * 1.05), 'would notice 5 %').toBe(false)
    },
    5 * minutes,
  )
})

describe('four agents of three chats or three messages, in any mixture', () => {
  it(
    'make those wait whom Erlang C makes wait for twelve',
    () => {
      const capacity = { chat: 3, sms: 3 }
      const batches = simulateMixed({ ...common, agents: 4, capacity, loads: { chat: 6, sms: 3.6 }, waits: true })
      const measured = interval(batches.map(({ waiting }) => waiting))
      const theory = erlangC(12, 9.6).waiting
      expect(measured.halfWidth / theory).toBeLessThanOrEqual(0.1)
      expect(contains(measured, theory), `${measured.mean} ± ${measured.halfWidth} contains ${theory}`).toBe(true)
      expect(contains(measured, erlangC(12, 9.6 * 1.1).waiting), 'would notice 10 %').toBe(false)
    },
    5 * minutes,
  )
})
