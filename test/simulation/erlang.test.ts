import { describe, expect, it } from 'vitest'
import { erlangA, erlangB, erlangC } from './erlang.ts'

describe('Erlang B', () => {
  // ITU tables of the Erlang loss formula.
  it.each([
    [1, 1, 0.5],
    [5, 3, 0.11005],
    [10, 5, 0.01838],
  ])('%i agents, %f erlang', (agents, load, blocked) => {
    expect(erlangB(agents, load)).toBeCloseTo(blocked, 5)
  })
})

describe('Erlang C', () => {
  it.each([
    [1, 0.5, 0.5, 1],
    [2, 1, 1 / 3, 1 / 3],
  ])('%i agents, %f erlang: by hand', (agents, load, waiting, meanWait) => {
    expect(erlangC(agents, load).waiting).toBeCloseTo(waiting, 10)
    expect(erlangC(agents, load).meanWait).toBeCloseTo(meanWait, 10)
  })

  it('200 calls an hour of 3 minutes, 14 agents: 17.4 % wait, 7.8 s on average', () => {
    const { waiting, meanWait } = erlangC(14, 10)
    expect(waiting).toBeCloseTo(0.174, 3)
    expect(meanWait * 180).toBeCloseTo(7.8, 1)
  })
})

/** Garnett, Mandelbaum, Reiman, "Designing a call center with impatient customers" (2002), table 1. */
describe('48 calls a minute of 1 minute, 50 agents', () => {
  it('wait 20.8 s when nobody gives up', () => {
    expect(erlangC(50, 48).meanWait * 60).toBeCloseTo(20.8, 1)
  })

  it('wait 3.7 s when patience is 2 minutes, and 3.1 % give up', () => {
    const { abandoning, meanWait } = erlangA(50, 48, 2)
    expect(meanWait * 60).toBeCloseTo(3.7, 1)
    expect(abandoning).toBeCloseTo(0.031, 3)
  })
})

describe('Erlang A', () => {
  it('comes to Erlang C as patience grows, and to Erlang B as it vanishes', () => {
    expect(erlangA(10, 7, 1e7).meanWait).toBeCloseTo(erlangC(10, 7).meanWait, 4)
    expect(erlangA(10, 7, 1e7).waiting).toBeCloseTo(erlangC(10, 7).waiting, 4)
    expect(erlangA(10, 7, 1e-9).abandoning).toBeCloseTo(erlangB(10, 7), 6)
  })
})
