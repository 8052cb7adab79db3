import { describe, expect, it } from 'vitest'
import { scriptOf } from './phone.ts'
import { findingsOf } from './findings.ts'

const file = (nodes: string, head = '') => `flow: test
languages: [en, ro]
${head}
start: one
nodes:
${nodes}
`
const say = 'say: { en: Hi, ro: Salut }'

/** A fault, its code, and what the message must tell. */
const faults: readonly (readonly [name: string, yaml: string, code: string, message: string])[] = [
  ['a list where fields belong', '«[1, 2]', 'wrong-value', 'expected a map of fields, found a list'],
  [
    'no flow',
    '«start: one\nlanguages: [en]\nnodes: { one: { say: x, next: end } }',
    'missing-field',
    '`flow:` is missing',
  ],
  [
    'a field that is not known',
    file(`  one: { ${say}, «nxt: end, next: end }`),
    'unknown-field',
    'did you mean `next`?',
  ],
  ['a verb that is not known', file('  «one: { sya: Hi, next: end }'), 'missing-verb', 'did you mean `say`?'],
  ['no verb', file('  «one: { next: end }'), 'missing-verb', 'it needs one of ask, collect'],
  ['two verbs', file('  one: { end: done, «hang-up: normal }'), 'two-verbs', 'make two nodes'],
  [
    'a node called end',
    file(`  one: { ${say}, next: end }\n  «end: { hang-up: normal }`),
    'wrong-name',
    '`end` is taken',
  ],
  [
    'a wait that is no time',
    file(`  one: { ask: { en: A, ro: B }, choices: { "1": { next: end } }, wait: «6, on: { give-up: end } }`),
    'wrong-value',
    'such as 6s, 500ms or 2m',
  ],
  [
    'a wait too long',
    file(`  one: { ask: { en: A, ro: B }, choices: { "1": { next: end } }, wait: «5m, on: { give-up: end } }`),
    'wrong-value',
    'from 500ms to 2m',
  ],
  [
    'a choice that is no key',
    file('  one: { ask: { en: A, ro: B }, choices: { «A: { next: end } }, on: { give-up: end } }'),
    'wrong-name',
    'keys of a phone',
  ],
  [
    'a way out that the node has not',
    file(`  one: { ${say}, next: end, on: { «timeout: end } }`),
    'wrong-name',
    'it has: error',
  ],
  [
    'a language left out',
    file('  one: { say: «{ en: Hi }, next: end }'),
    'missing-language',
    'the text in ro is missing',
  ],
  [
    'one text for two languages',
    file('  one: { say: «Hello, next: end }'),
    'missing-language',
    'write { en: …, ro: … }',
  ],
  [
    'a language that is not declared',
    file('  one: { say: { en: Hi, ro: Salut, «pl: Cześć }, next: end }'),
    'unknown-language',
    'not among this flow’s languages',
  ],
  [
    'a language left out for writing',
    file(`  one: { say: { en: Hi, ro: Salut, text: { en: Hey, «fr: Hé } }, next: end }`),
    'unknown-language',
    '`fr`',
  ],
  [
    'a prompt that is not there',
    file('  one: { say: { prompt: «hallo }, next: end }', 'prompts: { hello: { en: Hi, ro: Salut } }'),
    'missing-prompt',
    'did you mean `hello`?',
  ],
  [
    'a prompt that lacks a language',
    file(`  one: { say: { prompt: hello }, next: end }`, 'prompts: { hello: «{ en: Hi } }'),
    'missing-language',
    'ro',
  ],
  [
    'an expression that does not parse',
    file('  one: { branch: [{ when: «1 +, next: end }], else: end }'),
    'wrong-expression',
    'Unexpected token',
  ],
  [
    'an expression of types that do not fit',
    file(`  one: { branch: [{ when: «'"a" < 1', next: end }], else: end }`).replace("«'", "'«"),
    'wrong-expression',
    'no such overload',
  ],
  [
    'a function that is not known',
    file('  one: { branch: [{ when: «foo(1), next: end }], else: end }'),
    'wrong-expression',
    'foo',
  ],
  [
    'a template that is not closed',
    file('  one: { say: { en: "Hi {{«caller", ro: Salut }, next: end }'),
    'wrong-template',
    'not closed',
  ],
  [
    'a format that is not known',
    file('  one: { say: { en: "{{«caller | monney}}", ro: Salut }, next: end }'),
    'wrong-template',
    'did you mean `money`?',
  ],
  [
    'a currency that is none',
    file('  one: { say: { en: "{{«1 | money euros}}", ro: Salut }, next: end }'),
    'wrong-template',
    'such as EUR',
  ],
  [
    'a retry of a post',
    file('  one: { http: «{ post: "http://x", retries: 2 }, next: end, on: { error: end } }'),
    'wrong-value',
    'could happen twice',
  ],
  [
    'two methods',
    file('  one: { http: «{ post: "http://x", get: "http://x" }, next: end, on: { error: end } }'),
    'wrong-value',
    'one of get, post',
  ],
  ['a language to go on in that is not spoken', file('  «one: { language: pl, next: end }'), 'unknown-language', 'pl'],
  [
    'a secret that is no digits',
    file(`  one: { ${say}, next: end }`, 'vars: { x: «{ type: text, secret: true } }'),
    'wrong-declaration',
    'only digits can be secret',
  ],
  [
    'a secret with a default',
    file(`  one: { ${say}, next: end }`, 'vars: { x: «{ type: digits, secret: true, default: "1" } }'),
    'wrong-declaration',
    'no default',
  ],
  [
    'a type that is not known',
    file(`  one: { ${say}, next: end }`, 'vars: { x: { type: «digit } }'),
    'wrong-value',
    'did you mean `digits`?',
  ],
  [
    'a variable that is always there',
    file(`  one: { ${say}, next: end }`, 'vars: { «caller: { type: digits, default: "1" } }'),
    'wrong-name',
    'always there',
  ],
  [
    'a skill level out of range',
    file('  one: { enqueue: { queue: sales, skills: { french: «6 } }, on: { full: end, timeout: end } }'),
    'wrong-value',
    'from 1 to 5',
  ],
  [
    'no choices',
    file('  «one: { ask: { en: A, ro: B }, choices: {}, on: { give-up: end } }'),
    'wrong-value',
    'at least one key',
  ],
  ['YAML that does not parse', 'flow: test\nnodes: «{ a: 1', 'wrong-yaml', ''],
  ['the same node twice', file(`  one: { ${say}, next: end }\n  «one: { ${say}, next: end }`), 'wrong-yaml', 'unique'],
]

describe('a mistake in a file', () => {
  it.each(faults)('is told with its place: %s', (_, yaml, code, message) => {
    const found = findingsOf(yaml)
    const index = found.codes.indexOf(code)
    expect(found.codes).toContain(code)
    expect(found.messages[index]).toContain(message)
    if (code !== 'wrong-yaml') expect(found.at[index]).toEqual(found.places[0])
    else expect(found.at[index]?.line).toBe(found.places[0]?.line)
  })

  it('does not hide the others', () => {
    const found = findingsOf(file(`  one: { ${say}, «nxt: two }\n  two: { say: «{ en: Hi }, next: end }\n  «three: {}`))
    expect(found.codes).toEqual(['unknown-field', 'missing-language', 'missing-verb'])
    expect(found.at).toEqual(found.places)
  })
})

describe('a head that is not whole', () => {
  it.each([
    ['«flow: test\nlanguages: [en]', 'missing-field'],
    ['«flow: test\nstart: one', 'missing-field'],
    ['flow: test\nlanguages: «[]\nstart: one', 'wrong-value'],
  ])('is told alone, not once more at every text: %s', (head, code) => {
    const found = findingsOf(`${head}\nnodes: { one: { say: { en: Hi }, next: end } }`)
    expect(found.codes).toEqual([code])
    expect(found.at).toEqual(found.places)
  })

  it('quotes no more than the beginning of what is found', () => {
    expect(findingsOf('x'.repeat(300)).messages).toEqual([
      `expected a map of fields, found the text «${'x'.repeat(60)}…»`,
    ])
  })
})

describe('texts', () => {
  const pieces = (text: string) => {
    const script = scriptOf(file(`  one: { say: ${text}, next: end }`, 'prompts: { hi: { en: Hi, ro: Salut } }'))
    const [node] = Object.values(script.nodes)
    if (node?.verb !== 'say') throw new Error('no say')
    return node.text
  }

  it('may be the same for every language where they hold no words', () => {
    expect(Object.keys(pieces('"{{caller}}!"').voice)).toEqual(['en', 'ro'])
  })

  it('are joined from pieces, each language with its own', () => {
    const { voice } = pieces('[{ prompt: hi }, { digits: caller }, { en: "!", ro: "?" }, { sound: chime }]')
    expect(voice['en']?.map(({ kind }) => kind)).toEqual(['text', 'digits', 'text', 'sound'])
    expect(voice['ro']).toHaveLength(4)
  })

  it('differ between voice and writing where they say so', () => {
    const { voice, written } = pieces('{ en: Press, ro: Apăsați, text: { en: Choose } }')
    expect(voice['en']).not.toEqual(written['en'])
    expect(voice['ro']).toEqual(written['ro'])
    const apart = pieces('{ voice: { sound: jingle }, text: { en: Hi, ro: Salut } }')
    expect(apart.voice['ro']).toMatchObject([{ kind: 'sound' }])
    expect(apart.written['ro']).toMatchObject([{ kind: 'text' }])
  })
})

describe('keys, quoted or not', () => {
  it('are the same, in the order of the file', () => {
    const script = scriptOf(
      file(
        '  one: { ask: "?", choices: { 9: { next: end }, "1": { next: end }, "#": { next: end }, 00: { next: end } }, on: { give-up: end } }',
      ),
    )
    const node = script.nodes['one']
    expect(node?.verb === 'ask' && node.choices.map(({ key }) => key)).toEqual(['9', '1', '#', '00'])
  })
})
