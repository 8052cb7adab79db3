/** The fields of each verb's node: the grammar of flows, apart from the values in it. */
import { hangUpCauses } from '../effects.ts'
import { bodyTemplate } from './body-reader.ts'
import { described, integer, listOf, mapOf, mapped, oneOf, pattern, positioned, truth } from './reader.ts'
import type { Fields } from './record-reader.ts'
import { optional, record, required } from './record-reader.ts'
import { text } from './text-reader.ts'
import {
  duration,
  expression,
  key,
  keysPressed,
  language,
  name,
  nodeName,
  template,
  variable,
  variableName,
  way,
  waysOf,
} from './values.ts'
import { waits, wordsByLanguage } from './wait-reader.ts'

const next = optional(described('The node that follows, or `end`.', way), null)
const on = (names: readonly string[], others: RegExp | null = null) =>
  optional(described('Ways out by what happened.', waysOf(names, others)), {})

const input = {
  wait: optional(described('How long to wait: 6s, or { first: 6s, between: 3s, written: 15m }.', waits), null),
  tries: optional(described('How often in all before `give-up`.', integer(1, 10)), 3),
  interruptible: optional(described('false: keys wait until the text was heard.', truth), true),
}

export const sayFields = {
  say: required(text),
  interruptible: input.interruptible,
  next,
  on: on(['error']),
} satisfies Fields

const choice = record({
  next: required(way),
  label: optional(described('What the button says in a chat.', text), null),
  words: optional(described('Words that mean this choice, spoken or written.', wordsByLanguage), null),
})
export const askFields = {
  ask: required(text),
  choices: required(mapOf(keysPressed, choice)),
  speech: optional(described('Listen for the choices’ labels and words as well.', truth), false),
  ...input,
  on: on(['timeout', 'no-match', 'give-up', 'error']),
} satisfies Fields

export const collectFields = {
  collect: required(variable),
  say: required(text),
  'end-key': optional(key, null),
  'clear-key': optional(described('Starts the entry over.', key), null),
  ...input,
  next,
  on: on(['timeout', 'invalid', 'give-up', 'error']),
} satisfies Fields

export const listenFields = {
  listen: required(variable),
  say: required(text),
  hints: optional(described('What is likely to be said.', wordsByLanguage), {}),
  longest: optional(duration(1000, 120_000), 15_000),
  ...input,
  next,
  on: on(['timeout', 'no-match', 'give-up', 'error']),
} satisfies Fields

export const surveyFields = {
  survey: required(text),
  scale: optional(
    described('Lowest and highest score.', record({ from: required(integer(0, 1)), to: required(integer(1, 10)) })),
    {
      from: 1,
      to: 5,
    },
  ),
  into: optional(variable, null),
  ...input,
  next,
  on: on(['timeout', 'no-match', 'give-up', 'error']),
} satisfies Fields

export const articleFields = {
  article: required(
    record({
      id: optional(described('The article itself.', name), null),
      about: optional(described('A question: the best answer to it is told.', expression), null),
      timeout: optional(duration(100, 60_000), 5000),
    }),
  ),
  'ask-helped': optional(described('false: it is told, and nobody is asked whether it helped.', truth), true),
  ...input,
  next,
  on: on(['helped', 'not-helped', 'unknown', 'timeout', 'no-match', 'give-up', 'error']),
} satisfies Fields

export const branchFields = {
  branch: required(listOf(record({ when: required(expression), next: required(way) }))),
  else: optional(way, null),
  on: on(['error']),
} satisfies Fields

export const setFields = {
  set: required(mapOf(variableName, positioned(expression))),
  next,
  on: on(['error']),
} satisfies Fields

export const languageFields = { language: required(language), next } satisfies Fields

export const hoursFields = {
  hours: required(name),
  into: optional(described('Takes the next opening when it is closed.', variable), null),
  next,
  on: on(['open', 'closed', 'holiday', 'error']),
} satisfies Fields

const headerName = { expected: 'a header’s name', regex: /^[A-Za-z][A-Za-z0-9-]*$/ }
export const httpFields = {
  http: required(
    record({
      get: optional(template, null),
      post: optional(template, null),
      put: optional(template, null),
      patch: optional(template, null),
      delete: optional(template, null),
      headers: optional(mapOf(headerName, template), {}),
      body: optional(described('Sent as JSON.', bodyTemplate), null),
      timeout: optional(duration(100, 60_000), 5000),
      retries: optional(described('Of a get alone: nothing else is sent twice.', integer(0, 5)), 0),
      into: optional(variable, null),
    }),
  ),
  next,
  on: on(['error'], /^[1-5](xx|[0-9][0-9])$/),
} satisfies Fields

export const customerFields = {
  customer: required(described('Number, address or handle, such as `caller`.', expression)),
  timeout: optional(duration(100, 60_000), 5000),
  next,
  on: on(['found', 'unknown', 'error']),
} satisfies Fields

export const payFields = {
  pay: required(
    record({
      provider: required(name),
      amount: required(expression),
      currency: optional(pattern('a currency, such as EUR', /^[A-Z]{3}$/), null),
      secrets: required(mapOf(variableName, positioned(variable))),
      into: optional(described('Takes { token, reference }.', variable), null),
      timeout: optional(duration(1000, 120_000), 30_000),
    }),
  ),
  next,
  on: on(['declined', 'error']),
} satisfies Fields

export const flowFields = {
  flow: required(name),
  with: optional(described('Their variable: our expression.', mapOf(variableName, positioned(expression))), {}),
  into: optional(described('Our variable: theirs.', mapOf(variableName, positioned(variable))), {}),
  next,
  on: on(['error'], nodeName.regex),
} satisfies Fields

const level = positioned(mapped(integer(1, 5), (value) => value as 1 | 2 | 3 | 4 | 5))
export const enqueueFields = {
  enqueue: required(
    record({
      queue: required(name),
      skills: optional(described('Least proficiency (1–5) per skill.', mapOf(nodeName, level)), {}),
      priority: optional(integer(0, 10), 0),
      prefer: optional(described('`last-agent`, or an expression that gives an agent’s id.', expression), null),
      'voicemail-key': optional(key, null),
      'callback-key': optional(key, null),
    }),
  ),
  on: on(['full', 'timeout', 'closed', 'callback', 'voicemail', 'after', 'error']),
} satisfies Fields

export const transferFields = {
  transfer: required(
    record({
      number: optional(template, null),
      queue: optional(name, null),
      agent: optional(template, null),
      timeout: optional(duration(5000, 120_000), 45_000),
    }),
  ),
  on: on(['failed', 'error']),
} satisfies Fields

export const voicemailFields = {
  voicemail: required(
    record({
      queue: required(name),
      longest: optional(duration(5000, 600_000), 120_000),
      'end-key': optional(key, '#'),
      beep: optional(truth, true),
    }),
  ),
  say: optional(described('Instead of the system’s own greeting.', text), null),
  next,
  on: on(['error']),
} satisfies Fields

export const callbackFields = {
  callback: required(record({ queue: required(name), number: optional(expression, null) })),
  next,
  on: on(['refused', 'error']),
} satisfies Fields

export const hangUpFields = { 'hang-up': required(oneOf(hangUpCauses)) } satisfies Fields
export const endFields = {
  end: required(described('How the flow came out; a way out of the flow that called it.', name)),
} satisfies Fields
