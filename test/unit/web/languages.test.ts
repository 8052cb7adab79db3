import { describe, expect, it } from 'vitest'
import en from '../../../src/web/languages/en.ts'

type Messages = Readonly<Record<string, string>>
const files = import.meta.glob<{ default: Messages }>('../../../src/web/languages/??.ts', { eager: true })
const languages = Object.entries(files).map(([path, file]) => ({ tag: path.slice(-5, -3), messages: file.default }))

const plural = /_(zero|one|two|few|many|other)$/
const stemsOf = (messages: Messages): string[] => [
  ...new Set(Object.keys(messages).map((key) => key.replace(plural, ''))),
]
const holesOf = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name).toSorted()
const countedStems = stemsOf(Object.fromEntries(Object.entries(en).filter(([key]) => plural.test(key))))

it('the five languages are there', () => {
  expect(languages.map(({ tag }) => tag)).toEqual(expect.arrayContaining(['en', 'id', 'pl', 'ro', 'ru']))
})

describe.each(languages)('$tag', ({ tag, messages }) => {
  it('has every message and no other', () => {
    expect(stemsOf(messages).toSorted()).toEqual(stemsOf(en).toSorted())
  })

  it('has every plural form that its language knows, and no other', () => {
    const forms = new Intl.PluralRules(tag).resolvedOptions().pluralCategories
    const wanted = countedStems.flatMap((stem) => forms.map((form) => `${stem}_${form}`))
    const found = Object.keys(messages).filter((key) => plural.test(key))
    expect(found.toSorted()).toEqual(wanted.toSorted())
  })

  it('fills the same holes', () => {
    for (const [key, text] of Object.entries(messages)) {
      const stem = key.replace(plural, '')
      const english = (en as Messages)[key] ?? (en as Messages)[stem] ?? (en as Messages)[`${stem}_other`] ?? ''
      // A form that stands for one number alone may leave the number out.
      const holes = holesOf(text).filter((name) => name !== 'count')
      expect({ key, holes }).toEqual({ key, holes: holesOf(english).filter((name) => name !== 'count') })
      expect(text.trim(), key).not.toBe('')
    }
  })
})
