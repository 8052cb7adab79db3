/** A channel for tests: carries nothing out, so that each effect is answered when the test says so. */
import { weekdays } from '../../../../src/core/calendar/calendar.ts'
import type { Effect, FlowNote } from '../../../../src/core/flow/effects.ts'
import type { FlowEvent } from '../../../../src/core/flow/events.ts'
import { advance, checkpoint, resume, startSession } from '../../../../src/core/flow/interpreter.ts'
import { parse } from '../../../../src/core/flow/parse/parse.ts'
import { renderText } from '../../../../src/core/flow/render.ts'
import type { Script } from '../../../../src/core/flow/script.ts'
import type { Library, SessionStart, Step, World } from '../../../../src/core/flow/session.ts'
import { expressions } from '../../../../src/flows/expressions.ts'
import { systemText } from '../../../../src/flows/system-prompts/system-texts.ts'
import { readYaml } from '../../../../src/flows/yaml-tree.ts'

const parsedBefore = new Map<string, Script>()

export function scriptOf(yaml: string): Script {
  const known = parsedBefore.get(yaml)
  if (known) return known
  const { tree, findings } = readYaml(yaml)
  const parsed = tree && parse(tree, expressions)
  if (!parsed?.script) throw new Error(JSON.stringify([...findings, ...(parsed?.findings ?? [])]))
  parsedBefore.set(yaml, parsed.script)
  return parsed.script
}

export function libraryOf(...scripts: readonly Script[]): Library {
  return {
    systemText,
    flow(id) {
      const script = scripts.find((each) => each.id === id)
      return script ? { script, version: 7 } : null
    },
  }
}

const allDay = [{ opens: '00:00', closes: '24:00' }]
export const world: World = {
  timezone: 'Europe/Bucharest',
  calendars: {
    office: {
      timezone: 'Europe/Bucharest',
      weekly: { monday: [{ opens: '09:00', closes: '17:00' }] },
      holidays: [{ name: 'Day off', date: '2026-03-09', hours: [] }],
      exceptions: [],
    },
    always: {
      timezone: 'UTC',
      weekly: Object.fromEntries(weekdays.map((weekday) => [weekday, allDay])),
      holidays: [],
      exceptions: [],
    },
  },
  config: { erp: 'https://erp.example' },
  queues: { sales: { waiting: 3, agents: 2, idle: 0, estimatedWaitMs: 90_000 } },
}

/** Monday, 10:00 in Bucharest. */
export const monday = Date.parse('2026-03-02T08:00:00Z')

type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never
type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>

export class Phone {
  readonly library: Library
  readonly world: World
  at: number
  step: Step
  /** Of the last step. */
  effects: readonly Effect[]
  all: Effect[]

  constructor(flows: string | readonly string[], start: Partial<SessionStart> = {}, facts: Partial<World> = {}) {
    const scripts = (typeof flows === 'string' ? [flows] : flows).map(scriptOf)
    this.library = libraryOf(...scripts)
    this.world = { ...world, ...facts }
    this.at = start.at ?? monday
    this.step = startSession(
      this.library,
      {
        flowId: scripts[0]?.id ?? '',
        version: 7,
        channel: 'voice',
        language: null,
        contact: { caller: '+40721000001', dialled: '1000', customer: null },
        fallbackQueueId: 'reception',
        at: this.at,
        ...start,
      },
      this.world,
    )
    this.effects = this.step.effects
    this.all = [...this.effects]
  }

  send(event: Timeless<FlowEvent>, afterMs = 10): this {
    this.at += afterMs
    return this.#take(advance(this.library, this.step.session, { ...event, at: this.at }, this.world))
  }

  press(keys: string): this {
    for (const digit of keys) this.send({ kind: 'key', digit }, 200)
    return this
  }

  /** The prompt that plays is heard to its end. */
  listened(): this {
    const { activity } = this.step.session
    if (!('playId' in activity)) throw new Error(`nothing plays: ${activity.kind}`)
    return this.send({ kind: 'played', effectId: activity.playId }, 1000)
  }

  /** Nothing happens until the flow has waited long enough. */
  silence(): this {
    const { wakeAt } = this.step
    if (wakeAt === null) throw new Error('the flow waits for nothing')
    return this.send({ kind: 'tick' }, wakeAt - this.at)
  }

  crash(afterMs = 1000): this {
    this.at += afterMs
    const stored = JSON.parse(JSON.stringify(checkpoint(this.step.session))) as unknown
    return this.#take(resume(this.library, stored, this.at, this.world))
  }

  effect<K extends Effect['kind']>(kind: K): EffectOf<K> {
    const found = this.effects.findLast((effect): effect is EffectOf<K> => effect.kind === kind)
    if (!found) throw new Error(`no ${kind} among ${this.effects.map((effect) => effect.kind).join(', ')}`)
    return found
  }

  kinds(): string[] {
    return this.effects.filter(({ kind }) => kind !== 'note').map(({ kind }) => kind)
  }

  said(): string {
    return this.effects
      .map((effect) => (effect.kind === 'play' ? renderText(effect.utterances) : ''))
      .join(' ')
      .trim()
  }

  node(): string {
    return this.step.session.frames.at(-1)?.nodeId ?? ''
  }

  notes<K extends FlowNote['kind']>(kind: K): Extract<FlowNote, { kind: K }>[] {
    return this.all.flatMap((effect) =>
      effect.kind === 'note' && effect.note.kind === kind ? [effect.note as Extract<FlowNote, { kind: K }>] : [],
    )
  }

  #take(step: Step): this {
    this.step = step
    this.effects = step.effects
    this.all.push(...step.effects)
    return this
  }
}

/** A flow in English around some nodes; `person` and `bye` are there to lead to. */
export function flow(nodes: string, head = '', start = 'one'): string {
  return `
flow: test
languages: [en]
${head}
start: ${start}
nodes:
${nodes
  .split('\n')
  .map((line) => `  ${line}`)
  .join('\n')}
  person: { enqueue: { queue: support }, on: { full: end, timeout: end } }
  bye: { say: Goodbye, next: end }
`
}
