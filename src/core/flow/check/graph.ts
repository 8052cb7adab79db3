/** A script as a graph: every way out of every node, and what makes it be taken. */
import { assertNever } from '../../assert-never.ts'
import type { Position } from '../finding.ts'
import type { Node, Script, Way } from '../script.ts'
import { end } from '../script.ts'

/**
 * `customer`: only after they did something, or a queue kept them a while. `bounded`: by a time-out or mistake, which the
 * node's tries limit. `machine`: with nobody's doing, so a circle of such ways never ends.
 */
export type Cause = 'customer' | 'bounded' | 'machine'
export type Edge = Readonly<{ name: string; to: string; at: Position; cause: Cause }>

export function edgesOf(node: Node): Edge[] {
  const edges = Object.entries(node.on).map(([name, way]) => edge(name, way, causeOf(node, name)))
  if (node.next) edges.push(edge('next', node.next, causeOf(node, 'next')))
  if (node.verb === 'ask') for (const { key, way } of node.choices) edges.push(edge(`choice ${key}`, way, 'customer'))
  if (node.verb === 'branch') {
    for (const [index, { way }] of node.cases.entries()) edges.push(edge(`case ${index + 1}`, way, 'machine'))
    if (node.otherwise) edges.push(edge('else', node.otherwise, 'machine'))
  }
  return edges
}

/** The contact, or this flow, is over after it or may be. */
export function canFinish(node: Node): boolean {
  switch (node.verb) {
    case 'enqueue':
    case 'transfer':
    case 'hang-up':
    case 'end':
      return true
    default:
      return edgesOf(node).some(({ to }) => to === end)
  }
}

/** Nodes by what can be reached from `from`. Ways that errors take without being named lead to `on-error`. */
export function reachable(script: Script, from: readonly string[], follow: (edge: Edge) => boolean = () => true) {
  const seen = new Set<string>()
  const open = [...from]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = script.nodes[id]
    if (!node || seen.has(id)) continue
    seen.add(id)
    for (const each of edgesOf(node)) if (follow(each)) open.push(each.to)
  }
  return seen
}

function edge(name: string, way: Way, cause: Cause): Edge {
  return { name, to: way.to, at: way.at, cause }
}

function causeOf(node: Node, name: string): Cause {
  switch (node.verb) {
    case 'ask':
    case 'collect':
    case 'listen':
    case 'survey':
      return inputCause(node, name)
    case 'article':
      if (name === 'helped' || name === 'not-helped') return 'customer'
      // Nothing may be found, and then nobody is asked.
      return name === 'next' ? 'machine' : inputCause(node, name)
    case 'enqueue':
      return name === 'full' || name === 'closed' || name === 'error' ? 'machine' : 'customer'
    case 'voicemail':
    case 'say':
    case 'branch':
    case 'set':
    case 'language':
    case 'hours':
    case 'http':
    case 'customer':
    case 'pay':
    case 'flow':
    case 'transfer':
    case 'callback':
    case 'hang-up':
    case 'end':
      return 'machine'
    default:
      return assertNever(node)
  }
}

function inputCause(node: Extract<Node, { tries: number }>, name: string): Cause {
  switch (name) {
    case 'next':
    case 'no-match':
    case 'invalid':
      return 'customer'
    case 'timeout':
      // Without `give-up`, the time-out's way is taken for ever.
      return node.on['give-up'] ? 'bounded' : 'machine'
    default:
      return 'machine'
  }
}
