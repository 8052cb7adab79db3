import { beforeAll, describe, expect, it } from 'vitest'
import { erlangA, erlangC } from './erlang.ts'
import { SingleSkill, type Batch, type Setting } from './single-skill.ts'
import { contains, interval, type Interval } from './statistics.ts'

const agents = 10
const common = { seed: 20_260_101, agents, batches: 100, warmUpArrivals: 20_000 }

type Figures = (figure: (batch: Batch) => number) => Interval

function simulated(setting: Omit<Setting, keyof typeof common>): Figures {
  const batches = new SingleSkill({ ...common, ...setting }).simulate()
  const controls = (batches[0]?.controls ?? []).map((_, i) => batches.map((batch) => batch.controls[i] ?? NaN))
  return (figure) => interval(batches.map(figure), controls)
}

function agrees(measured: Interval, theory: number): void {
  expect(measured.halfWidth / theory, 'half-width of the 99.9 % interval').toBeLessThanOrEqual(0.03)
  expect(contains(measured, theory), `${measured.mean} ± ${measured.halfWidth} contains ${theory}`).toBe(true)
}

describe.each([6, 7.5, 8.5])(`${agents} agents, %f erlang, everyone waits`, (load) => {
  let figures: Figures
  beforeAll(() => {
    figures = simulated({ load, meanPatience: null, arrivalsPerBatch: 6_000 })
  }, 5 * 60_000)
  const theory = erlangC(agents, load)

  it('agrees with Erlang C on the probability of waiting', () =>
    agrees(
      figures(({ waiting }) => waiting),
      theory.waiting,
    ))
  it('agrees with Erlang C on the mean wait', () =>
    agrees(
      figures(({ meanWait }) => meanWait),
      theory.meanWait,
    ))

  it('would notice a load that is 5 % higher', () => {
    expect(
      contains(
        figures(({ meanWait }) => meanWait),
        erlangC(agents, load * 1.05).meanWait,
      ),
    ).toBe(false)
  })
})

describe.each([8, 10, 12])(`${agents} agents, %f erlang, patience of two mean handling times`, (load) => {
  let figures: Figures
  beforeAll(() => {
    figures = simulated({ load, meanPatience: 2, arrivalsPerBatch: 2_000 })
  }, 5 * 60_000)
  const theory = erlangA(agents, load, 2)

  it('agrees with Erlang A on the probability of waiting', () =>
    agrees(
      figures(({ waiting }) => waiting),
      theory.waiting,
    ))
  it('agrees with Erlang A on the mean wait', () =>
    agrees(
      figures(({ meanWait }) => meanWait),
      theory.meanWait,
    ))
  it('agrees with Erlang A on who gives up', () =>
    agrees(
      figures(({ abandoning }) => abandoning),
      theory.abandoning,
    ))

  it('would notice patience that is 20 % longer', () => {
    expect(
      contains(
        figures(({ abandoning }) => abandoning),
        erlangA(agents, load, 2.4).abandoning,
      ),
    ).toBe(false)
  })
})
