/** Every word of the widget, in the languages of its visitors. */
import { en, type Words } from './languages/en.ts'
import { id } from './languages/id.ts'
import { pl } from './languages/pl.ts'
import { ro } from './languages/ro.ts'
import { ru } from './languages/ru.ts'

export type { Words }

const languages: Readonly<Record<string, Words>> = { en, ro, pl, id, ru }

/** `ro-RO` is `ro`; what nobody speaks here is English. */
export function languageOf(wanted: string): string {
  const candidates = [wanted, ...navigator.languages].map((code) => code.toLowerCase().split('-')[0] ?? '')
  return candidates.find((code) => code in languages) ?? 'en'
}

export const wordsFor = (language: string): Words => languages[language] ?? en

export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}
