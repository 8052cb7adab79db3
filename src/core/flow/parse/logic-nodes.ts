/** Nodes that decide, compute, or ask other systems. */
import type { HttpMethod } from '../effects.ts'
import type { Assignment } from '../script.ts'
import type { Expression } from '../expression.ts'
import type { Position } from '../finding.ts'
import {
  branchFields,
  customerFields,
  flowFields,
  hoursFields,
  httpFields,
  languageFields,
  payFields,
  setFields,
} from './node-fields.ts'
import { problem } from './reader.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'

type Given = Readonly<Record<string, Readonly<{ value: Expression; at: Position }>>>
const assignments = (given: Given): readonly Assignment[] =>
  Object.entries(given).map(([variable, { value, at }]) => ({ variable, at, value }))

export const branchVerb: Verb = verb('Takes the first way whose condition holds.', branchFields, (read, start) => ({
  ...start,
  verb: 'branch',
  cases: read.branch.map(({ when, next }) => ({ when, way: next })),
  otherwise: read.else,
}))

export const setVerb: Verb = verb('Computes variables, in order.', setFields, (read, start) => ({
  ...start,
  verb: 'set',
  assignments: assignments(read.set),
}))

export const languageVerb: Verb = verb('Goes on in another language.', languageFields, (read, start, reading) => {
  if (reading.languages.includes(read.language)) return { ...start, verb: 'language', language: read.language }
  const message = `\`${read.language}\` is not among this flow’s languages (${reading.languages.join(', ')})`
  return problem(reading, 'unknown-language', start.at, message)
})

export const hoursVerb: Verb = verb(
  'Is it open? The calendar is kept in the directory.',
  hoursFields,
  (read, start) => ({
    ...start,
    verb: 'hours',
    calendarId: read.hours,
    variable: read.into,
  }),
)

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
export const httpVerb: Verb = verb('Asks another system over HTTP.', httpFields, (read, start, reading) => {
  const { http } = read
  const given = methods.filter((method) => http[method] !== null)
  const [method] = given
  const url = method && http[method]
  if (!url || given.length > 1)
    return problem(reading, 'wrong-value', http.at, `\`http:\` needs one of ${methods.join(', ')}`)
  if (http.retries > 0 && method !== 'get')
    return problem(reading, 'wrong-value', http.at, `only a get may be retried: a ${method} could happen twice`)
  if (http.body !== null && (method === 'get' || method === 'delete'))
    return problem(reading, 'wrong-value', http.at, `a ${method} has no body`)
  return {
    ...start,
    verb: 'http',
    method: method.toUpperCase() as HttpMethod,
    url,
    headers: http.headers,
    body: http.body,
    timeoutMs: http.timeout,
    retries: http.retries,
    variable: http.into,
  }
})

export const customerVerb: Verb = verb(
  'Looks a customer up; `customer` is what was found.',
  customerFields,
  (read, start) => ({
    ...start,
    verb: 'customer',
    identity: read.customer,
    timeoutMs: read.timeout,
  }),
)

export const payVerb: Verb = verb(
  'Pays with secret digits; the provider answers with a token.',
  payFields,
  (read, start, reading) => ({
    ...start,
    verb: 'pay',
    provider: read.pay.provider,
    amount: read.pay.amount,
    currency: read.pay.currency ?? reading.currency,
    secrets: Object.fromEntries(
      Object.entries(read.pay.secrets).map(([field, { value, at }]) => [field, { variable: value, at }]),
    ),
    variable: read.pay.into,
    timeoutMs: read.pay.timeout,
  }),
)

export const flowVerb: Verb = verb('Runs another flow and comes back.', flowFields, (read, start) => ({
  ...start,
  verb: 'flow',
  flowId: read.flow,
  give: assignments(read.with),
  take: Object.entries(read.into).map(([variable, { value, at }]) => ({ variable, from: value, at })),
}))
