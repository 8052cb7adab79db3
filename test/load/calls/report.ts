import { median, quantile } from './statistics.ts'
import type { LoadResult } from './load.ts'

/** One figure of one system, from each of its runs. */
export type Measured = { measure: string; unit: string; values: number[] }

/** The figures of one run of a load, by their names. */
export function figuresOf(load: string, result: LoadResult, waitingCallers: boolean): Measured[] {
  const { inviteToInviteMs, freeToInviteMs, cpuSeconds, created, failed, rate } = result
  const common = [
    figure(`${load}: CPU of 1,000 calls`, 's', (sum(Object.values(cpuSeconds)) * 1000) / created),
    ...Object.entries(cpuSeconds).map(([process, seconds]) =>
      figure(`${load}: CPU of 1,000 calls, ${process}`, 's', (seconds * 1000) / created),
    ),
    figure(`${load}: failed calls`, '', failed),
  ]
  return waitingCallers
    ? [...spread(`${load}: agent free to next INVITE`, freeToInviteMs), ...common]
    : [
        ...spread(`${load}: INVITE to INVITE`, inviteToInviteMs),
        ...common,
        figure(`${load}: calls per second made`, '1/s', rate),
      ]
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

export function figure(measure: string, unit: string, value: number): Measured {
  return { measure, unit, values: [Math.round(value * 1000) / 1000] }
}

function spread(measure: string, valuesMs: readonly number[]): Measured[] {
  return [
    figure(`${measure} p50`, 'ms', quantile(valuesMs, 0.5)),
    figure(`${measure} p99`, 'ms', quantile(valuesMs, 0.99)),
  ]
}

/** Collects the figures of the systems, run by run. */
export class Report {
  private readonly systems: readonly string[]
  private readonly rows = new Map<string, { unit: string; bySystem: Map<string, number[]> }>()

  constructor(systems: readonly string[]) {
    this.systems = systems
  }

  add(system: string, measured: readonly Measured[]): void {
    for (const { measure, unit, values } of measured) {
      const row = this.rows.get(measure) ?? { unit, bySystem: new Map<string, number[]>() }
      row.bySystem.set(system, [...(row.bySystem.get(system) ?? []), ...values])
      this.rows.set(measure, row)
    }
  }

  /** A line for each measure: the median of each system's runs, with the least and the greatest. */
  table(): string {
    const lines = [...this.rows].map(([measure, { unit, bySystem }]) => [
      measure,
      ...this.systems.map((system) => cell(bySystem.get(system) ?? [], unit)),
      ...this.ratios(bySystem),
    ])
    const heads = this.systems.slice(1).map((system) => `${system} / ${this.systems[0]}`)
    const all = [['median (least – greatest)', ...this.systems, ...heads], ...lines]
    const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? []
    return all.map((line) => line.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')).join('\n')
  }

  /** Each further system's median as a multiple of the first one's. */
  private ratios(bySystem: ReadonlyMap<string, number[]>): string[] {
    const [first = '', ...others] = this.systems
    const base = median(bySystem.get(first) ?? [])
    return others.map((system) => {
      const ratio = median(bySystem.get(system) ?? []) / base
      return Number.isFinite(ratio) ? ratio.toFixed(3) : '-'
    })
  }

  /** Measure -> system -> its runs and their median. */
  figures(): Record<string, Record<string, { median: number; runs: number[] }>> {
    const entries = [...this.rows].map(([measure, { bySystem }]) => {
      const systems = [...bySystem].map(([system, runs]) => [system, { median: median(runs), runs }] as const)
      return [measure, Object.fromEntries(systems)] as const
    })
    return Object.fromEntries(entries)
  }
}

function cell(runs: readonly number[], unit: string): string {
  if (runs.length === 0) return '-'
  const text = (value: number) => (Number.isNaN(value) ? '-' : value.toFixed(value >= 100 ? 0 : 1))
  return `${text(median(runs))} ${unit} (${text(Math.min(...runs))} – ${text(Math.max(...runs))})`
}
