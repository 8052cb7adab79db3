import { Ajv2020 } from 'ajv/dist/2020.js'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { parseSchema } from '../../../src/core/flow/parse/parse.ts'
import { readFlow } from '../../../src/flows/load.ts'

const folder = new URL('../../../ivr-scripts/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const flows = readdirSync(folder).filter((name) => /\.yaml$/.test(name) && !name.endsWith('.test.yaml'))
const published = JSON.parse(read('flow.schema.json')) as object
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(published)
/** As an editor sees it: keys as they are written. */
const plain = (yaml: string): unknown => JSON.parse(JSON.stringify(parseYaml(yaml)))

describe('the published JSON Schema', () => {
  it('is the one that the parser gives (`centralita flow schema > ivr-scripts/flow.schema.json`)', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(parseSchema())))
  })

  it.each(flows)('takes %s, which names it for editors', (name) => {
    expect(validate(plain(read(name)))).toBe(true)
    expect(read(name)).toMatch(/^# yaml-language-server: \$schema=\.\/flow\.schema\.json\n/)
  })

  const good = `flow: a
languages: [en]
vars: { code: { type: digits, max: 4 } }
start: one
nodes:
  one: { collect: code, say: Code?, wait: 5s, end-key: "#", next: end, on: { give-up: end } }
`
  it.each([
    ['nothing', '', ''],
    ['an unknown verb', 'collect:', 'colect:'],
    ['an unknown field', 'end-key:', 'endkey:'],
    ['an unknown way out', 'give-up:', 'no-such:'],
    ['a wait that is no time', '5s', '5 seconds'],
    ['a node where a name belongs', 'next: end', 'next: { say: x }'],
    ['an unknown type', 'digits', 'digit'],
    ['a missing field', 'start: one\n', ''],
    ['a name with a space', '  one:', '  "one more":'],
    ['an end key that is none', '"#"', '"##"'],
  ])('and the parser agree about %s', (_, found, replacement) => {
    const yaml = good.replace(found, replacement)
    const { script, findings } = readFlow(yaml)
    const parses = script !== null && findings.every(({ code }) => !/^(wrong|missing|unknown)-(?!language)/.test(code))
    expect(parses).toBe(found === '')
    expect(validate(plain(yaml))).toBe(parses)
  })
})
