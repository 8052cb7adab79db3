/** What a node says: per language, and apart for voice and writing where they must differ. */
import type { Expression, Template } from './expression.ts'
import type { Position } from './finding.ts'

export type Piece = { readonly at: Position } &
  /** `language`: said in that one, whatever the customer's is. */
  (
    | { kind: 'text'; template: Template; language: string | null }
    | { kind: 'sound'; file: string }
    | { kind: 'digits' | 'number' | 'date' | 'time'; value: Expression }
    | { kind: 'money'; value: Expression; currency: string }
  )

/** By language; a language without an entry is missing, which the checker reports. */
export type Wording = Readonly<Record<string, readonly Piece[]>>

export type Text = Readonly<{ at: Position; voice: Wording; written: Wording }>
