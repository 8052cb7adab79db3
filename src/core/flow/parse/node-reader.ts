/** Reads a node: finds its verb, then that verb's fields. */
import { end } from '../script.ts'
import type { Node } from '../script.ts'
import { callbackVerb, endVerb, enqueueVerb, hangUpVerb, transferVerb, voicemailVerb } from './handover-nodes.ts'
import { articleVerb, askVerb, collectVerb, listenVerb, sayVerb, surveyVerb } from './input-nodes.ts'
import {
  branchVerb,
  customerVerb,
  flowVerb,
  hoursVerb,
  httpVerb,
  languageVerb,
  payVerb,
  setVerb,
} from './logic-nodes.ts'
import { nearest } from './nearest.ts'
import type { Reading, Schema, Definitions } from './reader.ts'
import { problem } from './reader.ts'
import type { Entry } from './tree.ts'
import { entryOf, kindOf } from './tree.ts'
import { nodeName } from './values.ts'
import type { Verb } from './verb.ts'

/** Beside another verb, `say` is that node's prompt. */
const verbs: Readonly<Record<Node['verb'], Verb>> = {
  ask: askVerb,
  collect: collectVerb,
  listen: listenVerb,
  survey: surveyVerb,
  article: articleVerb,
  branch: branchVerb,
  set: setVerb,
  language: languageVerb,
  hours: hoursVerb,
  http: httpVerb,
  customer: customerVerb,
  pay: payVerb,
  flow: flowVerb,
  enqueue: enqueueVerb,
  transfer: transferVerb,
  voicemail: voicemailVerb,
  callback: callbackVerb,
  'hang-up': hangUpVerb,
  end: endVerb,
  say: sayVerb,
}
export const verbNames = Object.keys(verbs) as readonly Node['verb'][]

export function readNode({ key, keyAt, value }: Entry, reading: Reading): Node | undefined {
  if (!nodeName.regex.test(key)) return problem(reading, 'wrong-name', keyAt, `\`${key}\` is not ${nodeName.expected}`)
  if (key === end) return problem(reading, 'wrong-name', keyAt, '`end` is taken: it finishes the flow')
  if (value.kind !== 'map')
    return problem(reading, 'wrong-value', value.at, `expected a node with a verb, found ${kindOf(value)}`)
  const found = value.entries.flatMap((entry) => verbNames.find((verb) => verb === entry.key) ?? [])
  const [verb, second] = found.length > 1 ? found.filter((each) => each !== 'say') : found
  if (!verb) return problem(reading, 'missing-verb', keyAt, `node \`${key}\` has no verb${meantVerb(value.entries)}`)
  if (second) {
    const at = entryOf(value, second)?.keyAt ?? keyAt
    return problem(
      reading,
      'two-verbs',
      at,
      `node \`${key}\` has two verbs, \`${verb}\` and \`${second}\`: make two nodes`,
    )
  }
  return verbs[verb].read(key, keyAt, value, reading)
}

function meantVerb(entries: readonly Entry[]): string {
  const meant = entries.map(({ key }) => nearest(key, verbNames)).find((each) => each !== null)
  return meant ? `; did you mean \`${meant}\`?` : `; it needs one of ${verbNames.join(', ')}`
}

export function nodeSchema(definitions: Definitions): Schema {
  return { anyOf: verbNames.map((verb) => verbs[verb].schema(definitions)) }
}
