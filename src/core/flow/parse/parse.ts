/** Parses a flow from its tree. Every finding says where, and what to change; without a structure there is no script. */
import type { Expressions } from '../expression.ts'
import type { Finding } from '../finding.ts'
import { byPosition } from '../finding.ts'
import type { Node, Script } from '../script.ts'
import { nodeSchema, readNode } from './node-reader.ts'
import type { Definitions, Reader, Reading, Schema } from './reader.ts'
import { described, listOf, mapOf, pattern, problem } from './reader.ts'
import { optional, record, required } from './record-reader.ts'
import { text } from './text-reader.ts'
import type { Tree } from './tree.ts'
import { entryOf, kindOf } from './tree.ts'
import { language, name, nodeName, variableName, way } from './values.ts'
import { impliedVariables, reservedNames, variableReader } from './variable-reader.ts'

export type Parsed = Readonly<{ script: Script | null; findings: readonly Finding[] }>

export function parse(tree: Tree, expressions: Expressions): Parsed {
  const all: Finding[] = []
  const empty: Reading = { findings: all, expressions, languages: [], prompts: {}, currency: defaultCurrency }
  const head = readHead(tree, empty)
  const languages = head?.languages ?? languagesOf(tree, empty)
  const reading: Reading = {
    ...empty,
    languages,
    prompts: promptsOf(tree),
    currency: head?.currency ?? defaultCurrency,
  }
  checkPrompts(tree, reading)
  const nodes = readNodes(tree, reading)
  const findings = onlyOnce(all).sort(byPosition)
  if (!head || !nodes) return { script: null, findings }
  const variables = { ...impliedVariables(nodes), ...head.vars }
  const { start, 'on-error': onError } = head
  return { script: { id: head.flow, languages, variables, start, onError, nodes }, findings }
}

export function parseSchema(): Schema {
  const definitions: Definitions = {}
  const { properties, ...rest } = fileReader.schema(definitions)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Centralita flow',
    description: 'A self-service script of Centralita; docs/flow-reference.md explains every node.',
    ...rest,
    properties: properties ?? {},
    $defs: definitions,
  }
}

const defaultCurrency = 'EUR'
/** Read apart from the rest, which needs the languages. */
const unread = (schema: (definitions: Definitions) => Schema): Reader<true> => ({ read: () => true, schema })

const fileReader = record({
  flow: required(described('The flow’s id; the same as the file’s name.', name)),
  languages: required(described('Every text needs all of them; the first is the default.', listOf(language))),
  currency: optional(
    described('Of amounts that name none.', pattern('a currency, such as EUR', /^[A-Z]{3}$/)),
    defaultCurrency,
  ),
  vars: optional(mapOf(variableName, variableReader), {}),
  prompts: optional(
    unread((definitions) => mapOf(nodeName, text).schema(definitions)),
    null,
  ),
  start: required(described('The first node.', way)),
  'on-error': optional(described('Where an error goes that its node has no way out for.', way), null),
  nodes: required(
    unread((definitions) => ({
      type: 'object',
      minProperties: 1,
      patternProperties: { [nodeName.regex.source]: nodeSchema(definitions) },
      additionalProperties: false,
    })),
  ),
})

function readHead(tree: Tree, reading: Reading) {
  const head = fileReader.read(tree, reading)
  for (const { key, keyAt } of entriesOf(tree, 'vars'))
    if (reservedNames.includes(key))
      problem(reading, 'wrong-name', keyAt, `\`${key}\` is always there and can’t be declared; choose another name`)
  return head
}

/** Of a head that can't be used as a whole: texts are held against them all the same. */
function languagesOf(tree: Tree, reading: Reading): readonly string[] {
  const value = entryOf(tree, 'languages')?.value
  return (value && listOf(language).read(value, { ...reading, findings: [] })) ?? []
}

function readNodes(tree: Tree, reading: Reading): Record<string, Node> | undefined {
  const value = entryOf(tree, 'nodes')?.value
  if (!value) return undefined
  if (value.kind !== 'map')
    return problem(reading, 'wrong-value', value.at, `expected nodes by name, found ${kindOf(value)}`)
  const nodes: Record<string, Node> = {}
  let readable = true
  for (const entry of value.entries) {
    const node = readNode(entry, reading)
    if (node) nodes[entry.key] = node
    else readable = false
  }
  return readable ? nodes : undefined
}

function promptsOf(tree: Tree): Readonly<Record<string, Tree>> {
  return Object.fromEntries(entriesOf(tree, 'prompts').map(({ key, value }) => [key, value]))
}

/** Also those that no node says yet. */
function checkPrompts(tree: Tree, reading: Reading): void {
  for (const { value } of entriesOf(tree, 'prompts')) text.read(value, { ...reading, prompts: {} })
}

/** A prompt's own mistakes are found at each of its uses. */
function onlyOnce(findings: readonly Finding[]): Finding[] {
  const places = findings.map(({ code, at }) => `${code} ${at.line}:${at.column}`)
  return findings.filter((_, index) => places.indexOf(places[index] ?? '') === index)
}

function entriesOf(tree: Tree, key: string) {
  const value = entryOf(tree, key)?.value
  return value?.kind === 'map' ? value.entries : []
}
