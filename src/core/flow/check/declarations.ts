/** Variables that nodes fill: declared, of a type that fits, and used at all. */
import type { Finding, Position } from '../finding.ts'
import { didYouMean } from '../parse/nearest.ts'
import { reservedNames } from '../parse/variable-reader.ts'
import type { Node, Script, VariableType } from '../script.ts'
import { expressionsOf } from './expressions-of.ts'
import { error, warning } from './findings.ts'

type Filled = Readonly<{ name: string; at: Position; types: readonly VariableType[]; secret: boolean }>

export function checkDeclarations(script: Script): Finding[] {
  const nodes = Object.values(script.nodes)
  return [
    ...nodes.flatMap((node) => filledBy(node).flatMap((filled) => judge(script, filled))),
    ...unused(script, nodes),
  ]
}

const anyType: readonly VariableType[] = ['text', 'digits', 'number', 'boolean', 'date', 'time', 'record']

function filledBy(node: Node): Filled[] {
  const one = (name: string | null, types: readonly VariableType[], secret = false): Filled[] =>
    name === null ? [] : [{ name, at: node.at, types, secret }]
  switch (node.verb) {
    case 'collect':
      return one(node.variable, ['digits', 'number', 'date', 'time', 'text'], true)
    case 'listen':
      return one(node.variable, ['text'])
    case 'survey':
      return one(node.variable, ['number'])
    case 'hours':
      return one(node.variable, ['date'])
    case 'http':
      return one(node.variable, anyType)
    case 'pay':
      return one(node.variable, ['record'])
    case 'set':
      return node.assignments.map(({ variable: name, at }) => ({ name, at, types: anyType, secret: false }))
    case 'flow':
      return node.take.map(({ variable: name, at }) => ({ name, at, types: anyType, secret: true }))
    default:
      return []
  }
}

function judge(script: Script, { name, at, types, secret }: Filled): Finding[] {
  if (reservedNames.includes(name)) return [error('wrong-name', at, `\`${name}\` is always there and can’t be filled`)]
  const variable = script.variables[name]
  if (!variable) {
    const hint = didYouMean(name, Object.keys(script.variables))
    return [error('unknown-variable', at, `there is no variable \`${name}\`; declare it under \`vars:\`${hint}`)]
  }
  if (variable.secret && !secret) return [error('secret-leak', at, `\`${name}\` is secret: only \`collect\` fills it`)]
  if (types.includes(variable.type)) return []
  return [error('wrong-type', at, `\`${name}\` is ${variable.type}, and this gives ${types.join(', ')}`)]
}

function unused(script: Script, nodes: readonly Node[]): Finding[] {
  const used = new Set(
    nodes.flatMap((node) => [
      ...expressionsOf(node).flatMap(({ references }) => references),
      ...filledBy(node).map(({ name }) => name),
      ...(node.verb === 'pay' ? Object.values(node.secrets).map(({ variable }) => variable) : []),
    ]),
  )
  return Object.entries(script.variables)
    .filter(([name]) => !used.has(name))
    .map(([name, { at }]) => warning('unused-variable', at, `\`${name}\` is never used`))
}
