/** The system's own prompts in every language that it speaks. */
import type { SystemTexts } from '../../core/flow/session.ts'
import { english } from './en.ts'
import { indonesian } from './id.ts'
import { polish } from './pl.ts'
import { romanian } from './ro.ts'
import { russian } from './ru.ts'
import type { Wording } from './wording.ts'

const wordings: Readonly<Record<string, Wording>> = {
  en: english,
  ro: romanian,
  pl: polish,
  id: indonesian,
  ru: russian,
}

export const systemLanguages = Object.keys(wordings)

/** `ro-MD` is served by `ro`; a language that the system doesn't speak by English. */
export const systemText: SystemTexts = (prompt, language, values = {}) => {
  const wording = wordings[language] ?? wordings[language.split('-')[0] ?? ''] ?? english
  const text = wording[prompt]
  if (typeof text === 'string') return text
  const { position = 1, minutes = 1, key = 1, name = '' } = values
  return text({ position: Number(position), minutes: Number(minutes), key: String(key), name: String(name) })
}
