import { describe, expect, it } from 'vitest'
import {
  banRules,
  forgive,
  noteBan,
  noteSignal,
  noteTrust,
  type Ban,
  type Watch,
} from '../../../../src/core/protection/bans.ts'

const minute = 60_000
const hour = 60 * minute
const start = 1_000_000_000
const address = '198.51.100.7'

/** So many wrong passwords, a second apart; the ban that came of it. */
function guesses(watch: Watch, times: number, at = start): Ban | null {
  let ban: Ban | null = null
  for (let i = 0; i < times; i++)
    ban = noteSignal(watch, { address, kind: 'wrong-password', at: at + i * 1_000 }, banRules) ?? ban
  return ban
}

describe('somebody who guesses passwords', () => {
  it('is shut out at the tenth within ten minutes, for ten minutes', () => {
    const watch: Watch = new Map()
    expect(guesses(watch, 9)).toBeNull()
    const at = start + 9_000
    expect(noteSignal(watch, { address, kind: 'unknown-number', at }, banRules)).toEqual({
      ...{ address, at, until: at + 10 * minute, reason: 'unknown-number', count: 1 },
    })
  })

  it('is left alone when the guesses are rare', () => {
    const watch: Watch = new Map()
    for (let i = 0; i < 100; i++)
      expect(noteSignal(watch, { address, kind: 'wrong-password', at: start + i * 2 * minute }, banRules)).toBeNull()
  })

  it('is shut out twice as long each time, up to a day; a quiet week is forgotten', () => {
    const watch: Watch = new Map()
    const lengths: number[] = []
    let at = start
    for (let i = 0; i < 10; i++) {
      const ban = guesses(watch, 10, at)
      lengths.push(((ban?.until ?? 0) - (ban?.at ?? 0)) / minute)
      at = (ban?.until ?? 0) + 1
    }
    expect(lengths.slice(0, 4)).toEqual([10, 20, 40, 80])
    expect(lengths.at(-1)).toBe(24 * 60)
    expect(guesses(watch, 10, at + 8 * 24 * hour)).toMatchObject({ count: 1 })
  })

  it('brings no second ban while one is in force', () => {
    const watch: Watch = new Map()
    expect(guesses(watch, 10)).not.toBeNull()
    expect(guesses(watch, 100, start + minute)).toBeNull()
  })

  it('is given more patience where a right password came from lately', () => {
    const watch: Watch = new Map()
    noteTrust(watch, address, start, banRules)
    expect(guesses(watch, 199)).toBeNull()
    expect(guesses(watch, 10, start + 25 * hour)).not.toBeNull()
  })

  it('is forgiven when a person says so', () => {
    const watch: Watch = new Map()
    guesses(watch, 10)
    forgive(watch, address)
    expect(guesses(watch, 9, start + minute)).toBeNull()
  })

  it('stays shut out after a restart', () => {
    const watch: Watch = new Map()
    noteBan(watch, { address, at: start, until: start + hour, reason: 'wrong-password', count: 3 }, banRules)
    expect(guesses(watch, 20)).toBeNull()
    const again = guesses(watch, 10, start + 2 * hour)
    expect(again).toMatchObject({ count: 4 })
  })
})

it('never watches more addresses than it may, however many knock', () => {
  const watch: Watch = new Map()
  const rules = { ...banRules, watched: 3 }
  for (const last of [1, 2, 3, 1, 4])
    noteSignal(watch, { address: `198.51.100.${last}`, kind: 'refused', at: start }, rules)
  expect([...watch.keys()].map((key) => key.split('.').at(-1))).toEqual(['3', '1', '4'])
})
