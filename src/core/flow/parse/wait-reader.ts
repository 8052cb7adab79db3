/** How long a node waits, and lists of words. */
import type { Waits, Words } from '../script.ts'
import type { Reader } from './reader.ts'
import { listOf, mapOf, shared, words } from './reader.ts'
import { optional, record } from './record-reader.ts'
import { duration, languageCode } from './values.ts'

export const defaultWaits: Waits = { firstMs: 6000, betweenMs: 3000, writtenMs: 900_000 }

const first = duration(500, 120_000)
const parts = record({
  first: optional(first, defaultWaits.firstMs),
  between: optional(duration(500, 60_000), defaultWaits.betweenMs),
  written: optional(duration(1000, 72 * 3_600_000), defaultWaits.writtenMs),
})

/** `6s` is the wait for the first key; chats and text messages keep a longer one of their own. */
export const waits: Reader<Waits> = shared('wait', {
  read(tree, reading) {
    if (tree.kind !== 'map') {
      const firstMs = first.read(tree, reading)
      return firstMs === undefined ? undefined : { ...defaultWaits, firstMs }
    }
    const read = parts.read(tree, reading)
    return read && { firstMs: read.first, betweenMs: read.between, writtenMs: read.written }
  },
  schema: (definitions) => ({ anyOf: [first.schema(definitions), parts.schema(definitions)] }),
})

const list = listOf(words)
const lists = mapOf(languageCode, list)

/** A list for every language, or one per language. */
export const wordsByLanguage: Reader<Words> = shared('words', {
  read(tree, reading) {
    if (tree.kind === 'map') return lists.read(tree, reading)
    const all = list.read(tree, reading)
    return all && { '*': all }
  },
  schema: (definitions) => ({ anyOf: [list.schema(definitions), lists.schema(definitions)] }),
})
