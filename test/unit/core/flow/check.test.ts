import { describe, expect, it } from 'vitest'
import type { Directory } from '../../../../src/core/flow/check/check.ts'
import { findingsOf } from './findings.ts'
import { scriptOf } from './phone.ts'

const file = (nodes: string, head = '', start = 'one') => `flow: test
languages: [en]
${head}
start: ${start}
nodes:
${nodes
  .trim()
  .split('\n')
  .map((line) => `  ${line.trim()}`)
  .join('\n')}
  person: { enqueue: { queue: support }, on: { full: end, timeout: end } }
`
/** `person` is there to lead to; a flow that doesn't would only be told so. */
const led = '\nled: { ask: Who?, choices: { "1": { next: person } }, on: { give-up: person } }'
const directory: Directory = {
  queues: ['support', 'sales'],
  skills: ['french'],
  hours: ['office'],
  sounds: ['en/hello', 'beep'],
}

const faults: readonly (readonly [name: string, yaml: string, code: string, message: string, directory?: Directory])[] =
  [
    ['a way to nowhere', file('one: { say: Hi, next: «persn }'), 'unknown-node', 'did you mean `person`?'],
    ['a start that is not there', file('one: { say: Hi, next: person }', '', '«on'), 'unknown-node', '`on`'],
    ['a dead end', file('«one: { say: Hi }'), 'dead-end', 'add `next:`'],
    ['a branch without else', file('«one: { branch: [{ when: "true", next: person }] }'), 'dead-end', '`else:`'],
    [
      'a node that nothing leads to',
      file('one: { say: Hi, next: person }\n«two: { say: Hi, next: person }'),
      'unreachable',
      '`two`',
    ],
    [
      'a circle that nobody can leave',
      file(
        '«one: { ask: A, choices: { "1": { next: two } }, on: { timeout: one, no-match: one, give-up: two } }\ntwo: { ask: B, choices: { "1": { next: one } }, on: { give-up: one } }',
      ),
      'trap',
      'no way leads to an end',
    ],
    [
      'a circle of conditions',
      file(
        '«one: { branch: [{ when: "true", next: two }], else: person }\ntwo: { set: { n: "1" }, next: one }',
        'vars: { n: { type: number } }',
      ),
      'loop-without-input',
      'one → two → one',
    ],
    [
      'a circle of giving up',
      file('«one: { ask: A, choices: { "1": { next: person } }, on: { give-up: two } }\ntwo: { say: B, next: one }'),
      'loop-without-input',
      'one → two → one',
    ],
    [
      'a circle of time-outs without a limit',
      file('«one: { ask: A, choices: { "1": { next: person } }, on: { timeout: one, no-match: one } }'),
      'loop-without-input',
      'one → one',
    ],
    [
      'a circle of failing requests',
      file('«one: { http: { get: "http://x" }, next: person, on: { error: one } }'),
      'loop-without-input',
      'one → one',
    ],
    [
      'a circle through a full queue',
      file('«one: { enqueue: { queue: a }, on: { full: two, timeout: person } }\ntwo: { say: Hi, next: one }'),
      'loop-without-input',
      'one → two → one',
    ],
    [
      'a menu that nobody answers',
      file('«one: { ask: A, choices: { "1": { next: person } } }'),
      'unhandled-timeout',
      '`give-up`',
    ],
    [
      'digits that nobody types',
      file(
        '«one: { collect: x, say: A, next: person, on: { timeout: person } }',
        'vars: { x: { type: digits, max: 3 } }',
      ),
      'unhandled-timeout',
      '`invalid`',
    ],
    ['a request that fails', file('«one: { http: { get: "http://x" }, next: person }'), 'unhandled-error', '`error`'],
    [
      'a payment that is declined',
      file(
        'one: { collect: c, say: A, next: two, on: { give-up: person } }\n«two: { pay: { provider: p, amount: "1", secrets: { n: c } }, next: person, on: { error: person } }',
        'vars: { c: { type: digits, secret: true, max: 9 } }',
      ),
      'unhandled-error',
      '`declined`',
    ],
    [
      'a queue that takes too long',
      file('«one: { enqueue: { queue: support }, on: { full: person } }'),
      'unhandled-timeout',
      '`timeout`',
    ],
    [
      'a key in the queue without its way',
      file('«one: { enqueue: { queue: support, callback-key: 2 }, on: { full: person, timeout: person } }'),
      'unhandled',
      '`callback`',
    ],
    [
      'one key for two things',
      file(
        '«one: { enqueue: { queue: support, callback-key: 2, voicemail-key: "2" }, on: { full: person, timeout: person, callback: person, voicemail: person } }',
      ),
      'same-key',
      'the same',
    ],
    ['hours half told', file('«one: { hours: office, on: { open: person } }'), 'unhandled', '`closed`'],
    [
      'a number to call that the caller keyed in',
      file(
        'one: { collect: key, say: Who?, on: { give-up: person }, next: two }\n' +
          'two: { set: { to: "key" }, next: three }\n' +
          'three: { transfer: { number: «"+40{{to}}" }, on: { failed: person } }',
        'vars: { key: { type: digits }, to: { type: text } }',
      ),
      'caller-chooses-number',
      '`to`',
    ],
    [
      'a number to call that the caller calls from',
      file('one: { transfer: { number: «"{{caller}}" }, on: { failed: person } }' + led),
      'caller-chooses-number',
      '`caller`',
    ],
    [
      'a transfer that fails',
      file('«one: { transfer: { number: "1234" } }' + '\nled: { say: a, next: person }'),
      'unhandled-error',
      '`failed`',
    ],
    ['a refused call back', file('«one: { callback: { queue: support }, next: person }'), 'unhandled', '`refused`'],
    [
      'a variable that is not declared',
      file('one: { say: "{{«nmae}}", next: person }', 'vars: { name: { type: text, default: x } }'),
      'unknown-variable',
      'did you mean `name`?',
    ],
    [
      'a variable that may have no value',
      file(
        'one: { ask: A, choices: { "1": { next: two }, "2": { next: three } }, on: { give-up: person } }\ntwo: { set: { n: "1" }, next: three }\nthree: { say: "{{«n}}", next: person }',
        'vars: { n: { type: number } }',
      ),
      'unassigned',
      'may have no value',
    ],
    [
      'a variable of a request that failed',
      file(
        'one: { http: { get: "http://x", into: found }, next: person, on: { error: two } }\ntwo: { say: "{{«found.x}}", next: person }',
      ),
      'unassigned',
      '`found`',
    ],
    [
      'a secret after it was forgotten',
      file(
        'one: { collect: c, say: A, next: two, on: { give-up: person } }\ntwo: { enqueue: { queue: support }, on: { full: person, timeout: three } }\nthree: { pay: { provider: p, amount: "1", secrets: { n: «c } }, next: person, on: { declined: person, error: person } }',
        'vars: { c: { type: digits, secret: true, max: 9 } }',
      ),
      'unassigned',
      '`c`',
    ],
    [
      'a variable that is never used',
      file('one: { say: Hi, next: person }', 'vars: { x: «{ type: text } }'),
      'unused-variable',
      '`x`',
    ],
    [
      'a variable of the wrong type',
      file('«one: { survey: A, into: x, next: person, on: { give-up: person } }', 'vars: { x: { type: text } }'),
      'wrong-type',
      'x` is text',
    ],
    [
      'digits without an end',
      file('«one: { collect: x, say: A, next: person, on: { give-up: person } }', 'vars: { x: { type: digits } }'),
      'slow-entry',
      '`end-key:`',
    ],
    [
      'a choice that can’t be said',
      file('one: { ask: A, speech: true, choices: { "1": «{ next: person } }, on: { give-up: person } }'),
      'missing-words',
      'choice 1',
    ],
    [
      'a queue that is not there',
      file('«one: { enqueue: { queue: sale }, on: { full: person, timeout: person } }'),
      'unknown-queue',
      'did you mean `sales`?',
      directory,
    ],
    [
      'a skill that is not there',
      file('one: { enqueue: { queue: sales, skills: { frensh: «3 } }, on: { full: person, timeout: person } }'),
      'unknown-skill',
      'did you mean `french`?',
      directory,
    ],
    [
      'hours that are not there',
      file('«one: { hours: offices, next: person }'),
      'unknown-hours',
      'did you mean `office`?',
      directory,
    ],
    [
      'a sound that is not there',
      file('one: { say: [{ sound: hello }, { sound: beep }, { sound: «chime }], next: person }'),
      'missing-prompt',
      '`chime`',
      directory,
    ],
    ['a flow that is not there', file('«one: { flow: innner, next: person }'), 'unknown-flow', 'innner', { flows: {} }],
  ]

/** Where a secret variable must not appear. */
const secret = 'vars: { c: { type: digits, secret: true, max: 9 }, open: { type: digits, max: 9 } }'
const leaks: readonly (readonly [name: string, node: string])[] = [
  ['a text', 'two: { say: "{{«c}}", next: person }'],
  ['digits to be said', 'two: { say: { digits: «c }, next: person }'],
  ['a URL', 'two: { http: { get: "http://x/{{«c}}" }, next: person, on: { error: person } }'],
  ['a header', 'two: { http: { get: "http://x", headers: { a: "{{«c}}" } }, next: person, on: { error: person } }'],
  ['a body', 'two: { http: { post: "http://x", body: { a: ["{{«c}}"] } }, next: person, on: { error: person } }'],
  ['another variable', 'two: { set: { open: «c }, next: person }'],
  [
    'a condition',
    'two: { branch: [{ when: size(«c) > 1, next: person }], else: person }'.replace('size(«c)', '«size(c)'),
  ],
  ['a number to transfer to', 'two: { transfer: { number: "{{«c}}" }, on: { failed: person } }'],
  [
    'a part of what another flow is given',
    'two: { flow: inner, with: { x: «c + "0" }, next: person }'.replace('«c + "0"', '\'«c + "0"\''),
  ],
]

describe('a flow is checked for', () => {
  it.each(faults.map((fault) => [fault[0], fault] as const))('%s', (_, [, yaml, code, message, known]) => {
    const found = findingsOf(yaml, known)
    const index = found.codes.indexOf(code)
    expect(found.codes).toContain(code)
    expect(found.messages[index]).toContain(message)
    expect(found.at[index]).toEqual(found.places[0])
  })

  it.each(leaks)('a secret in %s', (_, node) => {
    const found = findingsOf(file(`one: { collect: c, say: A, next: two, on: { give-up: person } }\n${node}`, secret))
    expect(found.codes).toContain('secret-leak')
    expect(found.at[found.codes.indexOf('secret-leak')]).toEqual(found.places[0])
  })

  it('a secret that another flow would keep in the open', () => {
    const inner = scriptOf(
      'flow: inner\nlanguages: [en]\nvars: { x: { type: digits, input: true } }\nstart: end\nnodes: { a: { say: "{{x}}", next: end } }',
    )
    const yaml = file(
      'one: { collect: c, say: A, next: two, on: { give-up: person } }\ntwo: { flow: inner, with: { x: «c }, next: person }',
      secret,
    )
    const found = findingsOf(yaml, { flows: { inner } })
    expect(found.codes).toContain('secret-leak')
    expect(found.at[found.codes.indexOf('secret-leak')]).toEqual(found.places[0])
  })

  it('what another flow needs and gives', () => {
    const inner = scriptOf(
      'flow: inner\nlanguages: [en]\nvars: { x: { type: text, input: true } }\nstart: end\nnodes: { a: { say: "{{x}}", next: end } }',
    )
    const yaml = file(
      '«one: { flow: inner, with: { y: caller }, into: { z: w }, next: person }',
      'vars: { z: { type: text } }',
    )
    expect(findingsOf(yaml, { flows: { inner } }).codes.sort()).toEqual([
      'missing-input',
      'unknown-variable',
      'unknown-variable',
    ])
  })
})

describe('a flow is free of findings when', () => {
  it.each([
    [
      'a silent customer is bounded by tries',
      'one: { ask: A, choices: { "1": { next: person } }, on: { timeout: one, give-up: person } }',
    ],
    [
      'a circle asks',
      'one: { ask: A, choices: { "1": { next: two } }, on: { give-up: person } }\ntwo: { say: B, next: one }',
    ],
    ['people wait again', 'one: { enqueue: { queue: support }, on: { full: person, timeout: one } }'],
    [
      'every way sets what is read',
      'one: { ask: A, choices: { "1": { next: two }, "2": { next: three } }, on: { give-up: person } }\ntwo: { set: { n: "1" }, next: four }\nthree: { set: { n: "2", m: n + 1 }, next: four }\nfour: { say: "{{n}}", next: person }',
    ],
  ])('%s', (_, nodes) => {
    const head = nodes.includes('set') ? 'vars: { n: { type: number }, m: { type: number } }' : ''
    expect(findingsOf(file(nodes, head)).messages).toEqual([])
  })

  it('errors have the flow’s own way', () => {
    const nodes = `one: { http: { get: "http://x" }, next: person }${led}`
    expect(findingsOf(file(nodes, 'on-error: led')).messages).toEqual([])
  })
})

describe('severity', () => {
  it('leaves what harms nobody publishable', () => {
    const found = findingsOf(
      file('one: { say: Hi, next: person }\ntwo: { say: Hi, next: person }', 'vars: { x: { type: text } }'),
    )
    expect(found.severities).toEqual(['warning', 'warning'])
  })
})
