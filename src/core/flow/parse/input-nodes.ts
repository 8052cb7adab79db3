/** Nodes that speak, and wait for the customer's keys or words. */
import type { Position } from '../finding.ts'
import { byPosition } from '../finding.ts'
import type { Node, Way, Waits, Ways } from '../script.ts'
import { articleFields, askFields, collectFields, listenFields, sayFields, surveyFields } from './node-fields.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'
import { problem } from './reader.ts'
import { defaultWaits } from './wait-reader.ts'

type Common = Readonly<{ id: string; at: Position; next: Way | null; on: Ways }>
type InputFields = Readonly<{ wait: Waits | null; tries: number; interruptible: boolean }>

const input = ({ wait, tries, interruptible }: InputFields) => ({ waits: wait ?? defaultWaits, tries, interruptible })

export const sayVerb: Verb = verb('Says something and goes on.', sayFields, (read, common: Common): Node => ({
  ...common,
  verb: 'say',
  text: read.say,
  interruptible: read.interruptible,
}))

export const askVerb: Verb = verb('Asks for a choice.', askFields, (read, common, reading) => {
  const choices = Object.entries(read.choices).map(([key, { label, words, next, at }]) => {
    return { key, at, way: next, label, words }
  })
  // Digits as names would be put into their own order; buttons keep the author's.
  choices.sort(byPosition)
  if (choices.length === 0) return problem(reading, 'wrong-value', common.at, '`choices:` needs at least one key')
  return { ...common, ...input(read), verb: 'ask', text: read.ask, choices, speech: read.speech }
})

export const collectVerb: Verb = verb(
  'Collects digits (in writing: text) into a variable.',
  collectFields,
  (read, common) => ({
    ...common,
    ...input(read),
    verb: 'collect',
    variable: read.collect,
    text: read.say,
    endKey: read['end-key'],
    clearKey: read['clear-key'],
  }),
)

export const listenVerb: Verb = verb(
  'Listens to what is said, or reads what is written.',
  listenFields,
  (read, common) => ({
    ...common,
    ...input(read),
    verb: 'listen',
    variable: read.listen,
    text: read.say,
    hints: read.hints,
    longestMs: read.longest,
  }),
)

export const surveyVerb: Verb = verb(
  'Asks for a score and keeps it for the reports.',
  surveyFields,
  (read, common) => ({
    ...common,
    ...input(read),
    verb: 'survey',
    text: read.survey,
    from: read.scale.from,
    to: read.scale.to,
    variable: read.into,
  }),
)

export const articleVerb: Verb = verb(
  'Tells an article of the knowledge base, and asks whether it helped.',
  articleFields,
  (read, common, reading) => {
    const { id, about, timeout, at } = read.article
    const wanted = id !== null ? { articleId: id } : about !== null ? { question: about } : null
    if (wanted === null || (id !== null && about !== null))
      return problem(reading, 'wrong-value', at, '`article:` needs either `id`, or `about` with a question')
    return { ...common, ...input(read), verb: 'article', wanted, asks: read['ask-helped'], timeoutMs: timeout }
  },
)
