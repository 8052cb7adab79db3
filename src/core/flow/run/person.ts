/** In writing a person is always one word away, whatever the flow asks. */
import { plain } from './match.ts'

/** By language; those of English count everywhere. */
const words: Readonly<Record<string, readonly string[]>> = {
  en: ['person', 'a person', 'human', 'agent', 'operator', 'talk to a person', 'talk to a human', 'real person'],
  ro: ['persoana', 'o persoana', 'om', 'un om', 'agent', 'operator', 'vreau sa vorbesc cu cineva'],
  pl: ['czlowiek', 'konsultant', 'osoba', 'agent', 'rozmowa z konsultantem'],
  id: ['orang', 'petugas', 'manusia', 'agen', 'bicara dengan petugas'],
  ru: ['человек', 'оператор', 'агент', 'живой человек', 'позовите человека'],
}

/** The whole message is such a word: within a sentence it may mean anything. */
export function asksForPerson(said: string, language: string): boolean {
  const text = plain(said)
  const base = language.split('-')[0] ?? 'en'
  return [...(words[base] ?? []), ...(words['en'] ?? [])].some((each) => plain(each) === text)
}
