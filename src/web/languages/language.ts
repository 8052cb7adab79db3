/** Which language the page speaks. Every file of this folder that is named like a language tag is one. */
import i18next from 'i18next'
import { useSyncExternalStore } from 'react'
import type en from './en.ts'

type WithoutPlural<K extends string> = K extends `${infer Key}_${'one' | 'few' | 'many' | 'other'}` ? Key : K
export type MessageKey = WithoutPlural<keyof typeof en>
export type Text = (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string

type LanguageFile = Readonly<{ default: Readonly<Record<string, string>> }>
const files = import.meta.glob<LanguageFile>('./??.ts')
const storageKey = 'centralita.language'

const tagOf = (path: string): string => path.slice(2, -3)

export const languages: readonly Readonly<{ tag: string; name: string }>[] = Object.keys(files).map((path) => {
  const tag = tagOf(path)
  return { tag, name: nameOf(tag) }
})

/** How a language calls itself, with a capital wherever it has one. */
function nameOf(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1)
}

export async function prepareLanguage(): Promise<void> {
  const language = chosen()
  await i18next.init({
    lng: language,
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    resources: { [language]: { translation: await load(language) } },
  })
  spoken = spokenIn(language)
  document.documentElement.lang = language
}

export async function speak(language: string): Promise<void> {
  i18next.addResourceBundle(language, 'translation', await load(language))
  await i18next.changeLanguage(language)
  spoken = spokenIn(language)
  for (const listener of listeners) listener()
  document.documentElement.lang = language
  localStorage.setItem(storageKey, language)
}

type Spoken = Readonly<{ language: string; text: Text }>

let spoken: Spoken | null = null
const listeners = new Set<() => void>()

function spokenIn(language: string): Spoken {
  const translate = i18next.getFixedT(language)
  const plain = new Map<MessageKey, string>()
  return {
    language,
    // Hundreds are drawn at once: what has no values in it is looked up once.
    text(key, values) {
      if (values !== undefined) return translate(key, { ...values })
      const known = plain.get(key) ?? translate(key)
      plain.set(key, known)
      return known
    },
  }
}

function useSpoken(): Spoken {
  return useSyncExternalStore(onSpoken, nowSpoken)
}

function onSpoken(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function nowSpoken(): Spoken {
  if (spoken === null) throw new Error('no language is spoken yet')
  return spoken
}

/** The words of the language that is spoken now, the same function until that changes; whoever uses it is drawn again then. */
export const useText = (): Text => useSpoken().text

export const useLanguage = (): string => useSpoken().language

/** For dates and figures: the language that is spoken, as it is written where this person lives. */
export function useLocale(): string {
  const language = useLanguage()
  return navigator.languages.find((tag) => tag.startsWith(`${language}-`)) ?? language
}

async function load(language: string): Promise<Readonly<Record<string, string>>> {
  const file = files[`./${language}.ts`]
  if (file === undefined) throw new Error(`there is no language ${language}`)
  return (await file()).default
}

/** What was chosen here before, else the first of the browser's languages that we speak, else English. */
function chosen(): string {
  const wanted = [localStorage.getItem(storageKey), ...navigator.languages.map((tag) => tag.split('-', 1)[0] ?? '')]
  return wanted.find((tag) => tag !== null && `./${tag}.ts` in files) ?? 'en'
}
