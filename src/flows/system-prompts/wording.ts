/** One language's own way of saying what the system says. */
import type { SystemPrompt } from '../../core/flow/session.ts'

/** `position` in line, `minutes` of waiting, `key` to press: given where the prompt needs them, 1 otherwise; `name` of who calls. */
export type Values = Readonly<{ position: number; minutes: number; key: string; name: string }>
export type Wording = Readonly<Record<SystemPrompt, string | ((values: Values) => string)>>

type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>

/** `count` with the noun in the form that the language's plural rules ask for (Unicode CLDR). */
export function counted(language: string, count: number, forms: Forms): string {
  return `${count} ${forms[new Intl.PluralRules(language).select(count)] ?? forms.other}`
}
