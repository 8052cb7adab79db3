/** Proves that every variable is set on every path before it is read, and that secrets go where secrets may go. */
import type { Finding, Position } from '../finding.ts'
import { didYouMean } from '../parse/nearest.ts'
import { reservedNames } from '../parse/variable-reader.ts'
import type { Node, Script } from '../script.ts'
import { edgesOf } from './graph.ts'
import { expressionsOf } from './expressions-of.ts'
import { error } from './findings.ts'

type Assigned = ReadonlySet<string>

export function checkAssignments(script: Script): Finding[] {
  const before = assignedBefore(script)
  return Object.values(script.nodes).flatMap((node) => {
    const assigned = before.get(node.id)
    return assigned ? readsOf(node).flatMap((read) => judge(script, assigned, read)) : []
  })
}

type Read = Readonly<{ name: string; at: Position; also: readonly string[]; secretAllowed: boolean }>

/** What a node reads; `also`: what it has itself assigned by then. */
function readsOf(node: Node): Read[] {
  if (node.verb === 'set') {
    return node.assignments.flatMap(({ value }, index) => {
      const also = node.assignments.slice(0, index).map(({ variable }) => variable)
      return value.references.map((name) => ({ name, at: value.at, also, secretAllowed: false }))
    })
  }
  const reads = expressionsOf(node).flatMap(({ references, source, at }) => {
    const whole = node.verb === 'flow'
    return references.map((name) => ({ name, at, also: [], secretAllowed: whole && source === name }))
  })
  if (node.verb !== 'pay') return reads
  const fields = Object.values(node.secrets)
  return [...reads, ...fields.map(({ variable: name, at }) => ({ name, at, also: [], secretAllowed: true }))]
}

function judge(script: Script, assigned: Assigned, { name, at, also, secretAllowed }: Read): Finding[] {
  if (reservedNames.includes(name)) return []
  const variable = script.variables[name]
  if (!variable) {
    const hint = didYouMean(name, [...Object.keys(script.variables), ...reservedNames])
    return [error('unknown-variable', at, `there is no variable \`${name}\`; declare it under \`vars:\`${hint}`)]
  }
  if (variable.secret && !secretAllowed)
    return [error('secret-leak', at, `\`${name}\` is secret: only \`pay\` may use it, or \`with:\` as it is`)]
  if (assigned.has(name) || also.includes(name)) return []
  const advice = 'set it on every way here, or give it a `default:`'
  return [error('unassigned', at, `\`${name}\` may have no value yet; ${advice}`)]
}

/** Forward over the graph until nothing changes; where ways meet, only what all of them set counts. */
function assignedBefore(script: Script): Map<string, Assigned> {
  const initial = Object.entries(script.variables).filter(([, { initial, input }]) => initial !== null || input)
  const start = new Set(initial.map(([name]) => name))
  const before = new Map<string, Assigned>([[script.start.to, start]])
  // An error can come from anywhere, so nothing but what the flow begins with is sure there.
  if (script.onError) before.set(script.onError.to, start)
  const open = [...before.keys()]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = script.nodes[id]
    const assigned = before.get(id)
    if (!node || !assigned) continue
    for (const { name, to } of edgesOf(node)) {
      const after = assignedAfter(script, node, name, assigned)
      const known = before.get(to)
      const met = known ? new Set([...known].filter((each) => after.has(each))) : after
      if (known && met.size === known.size) continue
      before.set(to, met)
      open.push(to)
    }
  }
  return before
}

function assignedAfter(script: Script, node: Node, way: string, before: Assigned): Assigned {
  const after = new Set(before)
  if (forgetsSecrets(node))
    for (const [name, { secret }] of Object.entries(script.variables)) if (secret) after.delete(name)
  for (const name of assignedBy(node, way)) after.add(name)
  return after
}

function forgetsSecrets({ verb }: Node): boolean {
  return verb === 'pay' || verb === 'enqueue' || verb === 'transfer' || verb === 'voicemail'
}

function assignedBy(node: Node, way: string): string[] {
  switch (node.verb) {
    case 'collect':
    case 'listen':
      return way === 'next' ? [node.variable] : []
    case 'survey':
    case 'pay':
      return way === 'next' && node.variable !== null ? [node.variable] : []
    case 'http':
      return way !== 'error' && node.variable !== null ? [node.variable] : []
    case 'hours':
      return (way === 'closed' || way === 'holiday') && node.variable !== null ? [node.variable] : []
    case 'set':
      return way === 'next' ? node.assignments.map(({ variable }) => variable) : []
    case 'flow':
      return way === 'error' ? [] : node.take.map(({ variable }) => variable)
    default:
      return []
  }
}
