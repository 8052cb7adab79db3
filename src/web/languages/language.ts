/** Which language the page speaks. Every file of this folder that is named like a language tag is one. */
import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
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
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    resources: { [language]: { translation: await load(language) } },
  })
  document.documentElement.lang = language
}

export async function speak(language: string): Promise<void> {
  i18next.addResourceBundle(language, 'translation', await load(language))
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
  localStorage.setItem(storageKey, language)
}

/** The words of the language that is spoken now; whoever uses it is drawn again when that changes. */
export function useText(): Text {
  const { t } = useTranslation()
  return (key, values) => t(key, { ...values })
}

export function useLanguage(): string {
  return useTranslation().i18n.language
}

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
