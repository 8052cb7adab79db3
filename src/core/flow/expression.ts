/** Conditions and values in flows. The language behind it is handed in, so that the core depends on no package. */
import type { Position } from './finding.ts'
import type { Json } from './session.ts'

/** Total: a wrong expression is a value that takes the way out for errors. */
export type Evaluation = { ok: true; value: Json } | { ok: false; message: string }

/** By name. Timestamps are given as `Moment`, so that they compare with each other and with `now`. */
export type Context = Readonly<Record<string, ContextValue>>
export type ContextValue = Json | Moment | readonly ContextValue[] | { readonly [name: string]: ContextValue }
/** Milliseconds since the Unix epoch, told apart from a number. */
export class Moment {
  readonly ms: number
  constructor(ms: number) {
    this.ms = ms
  }
}

export type Compiled = Readonly<{
  /** The variables that it reads: `found.due <= now` reads `found` and `now`. */
  references: readonly string[]
  evaluate(context: Context): Evaluation
}>

/** The port: src/flows/expressions.ts speaks CEL behind it. */
export type Expressions = Readonly<{
  compile(source: string): { ok: true; compiled: Compiled } | { ok: false; message: string }
}>

export type Expression = Compiled & Readonly<{ source: string; at: Position }>

/** `{{expression | format}}` inside a text, a URL, a header. */
export const formats = ['money', 'date', 'time', 'number', 'digits'] as const
export type Format = (typeof formats)[number]
export type Slot = Readonly<{ expression: Expression; format: Format | null; currency: string | null }>
export type Template = Readonly<{ parts: readonly (string | Slot)[]; at: Position }>
