/** Nodes that hand the customer to someone or something, or end. */
import type { TransferNode } from '../script.ts'
import {
  callbackFields,
  endFields,
  enqueueFields,
  hangUpFields,
  transferFields,
  voicemailFields,
} from './node-fields.ts'
import { compileExpression } from './template.ts'
import { problem } from './reader.ts'
import type { Verb } from './verb.ts'
import { verb } from './verb.ts'

export const enqueueVerb: Verb = verb('Waits in a queue for an agent.', enqueueFields, (read, start) => {
  const { enqueue } = read
  return {
    ...start,
    verb: 'enqueue',
    queueId: enqueue.queue,
    skills: Object.fromEntries(
      Object.entries(enqueue.skills).map(([skill, { value, at }]) => [skill, { level: value, at }]),
    ),
    priority: enqueue.priority,
    prefer: enqueue.prefer?.source === 'last-agent' ? 'last-agent' : enqueue.prefer,
    voicemailKey: enqueue['voicemail-key'],
    callbackKey: enqueue['callback-key'],
  }
})

export const transferVerb: Verb = verb(
  'Passes the customer on and is done.',
  transferFields,
  (read, start, reading) => {
    const { number, queue, agent, timeout, at } = read.transfer
    const targets: TransferNode['to'][] = []
    if (number) targets.push({ number })
    if (queue !== null) targets.push({ queueId: queue })
    if (agent) targets.push({ agent })
    const [to] = targets
    if (!to || targets.length > 1)
      return problem(reading, 'wrong-value', at, '`transfer:` needs one of number, queue, agent')
    return { ...start, verb: 'transfer', to, timeoutMs: timeout }
  },
)

export const voicemailVerb: Verb = verb('Takes a message for a queue.', voicemailFields, (read, start) => ({
  ...start,
  verb: 'voicemail',
  queueId: read.voicemail.queue,
  text: read.say,
  longestMs: read.voicemail.longest,
  endKey: read.voicemail['end-key'],
  beep: read.voicemail.beep,
}))

export const callbackVerb: Verb = verb(
  'Books a call back that keeps the place in line.',
  callbackFields,
  (read, start, reading) => {
    const number = read.callback.number ?? compileExpression('caller', start.at, reading)
    return number && { ...start, verb: 'callback', queueId: read.callback.queue, number }
  },
)

export const hangUpVerb: Verb = verb('Ends the contact.', hangUpFields, (read, start) => ({
  ...start,
  verb: 'hang-up',
  cause: read['hang-up'],
}))

export const endVerb: Verb = verb('Finishes this flow.', endFields, (read, start) => ({
  ...start,
  verb: 'end',
  outcome: read.end,
}))
