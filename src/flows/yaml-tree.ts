/** YAML text -> the core's tree with positions. Comments and order stay in the text itself, which is what is stored. */
import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml'
import type { Node, Pair, Scalar } from 'yaml'
import type { Finding, Position } from '../core/flow/finding.ts'
import type { Entry, Tree } from '../core/flow/parse/tree.ts'

export type YamlRead = Readonly<{ tree: Tree | null; findings: readonly Finding[] }>

/** Of a flow, with all that its aliases stand for: some five hundred nodes. What checks them compares many with many. */
const mostValues = 5_000

export function readYaml(source: string): YamlRead {
  const lines = new LineCounter()
  // Keys that come twice are found below: the library compares each with each, which takes minutes where there are many.
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: false })
  const wrong = (message: string, offset: number): Finding => ({
    ...{ code: 'wrong-yaml', severity: 'error', message },
    at: positionAt(lines, offset),
  })
  const findings = document.errors.map((error) => wrong(firstLine(error.message), error.pos[0]))
  if (findings.length > 0) return { tree: null, findings }
  if (!document.contents) return { tree: null, findings: [wrong('the file is empty', 0)] }
  try {
    return { tree: treeOf(document.contents, { source, lines, anchors: new Map(), values: 0 }), findings: [] }
  } catch (error) {
    if (error instanceof Unreadable) return { tree: null, findings: [wrong(error.message, error.offset)] }
    throw error
  }
}

class Unreadable extends Error {
  readonly offset: number
  constructor(message: string, node: Node | null) {
    super(message)
    this.offset = node?.range?.[0] ?? 0
  }
}

type Place = {
  readonly source: string
  readonly lines: LineCounter
  /** What each stands for at this place of the text; null: it is being read, so it would stand for itself. */
  readonly anchors: Map<string, Node | null>
  values: number
}

function treeOf(node: Node | null, place: Place): Tree {
  if (++place.values > mostValues)
    throw new Unreadable(`the flow holds more than ${mostValues} values: split it into several`, node)
  if (isAlias(node)) {
    const meant = place.anchors.get(node.source)
    if (meant === undefined) throw new Unreadable(`there is no \`&${node.source}\` above`, node)
    if (meant === null) throw new Unreadable(`\`*${node.source}\` stands inside of what it stands for`, node)
    return treeOf(meant, place)
  }
  const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined
  if (anchor === undefined) return ownTreeOf(node, place)
  place.anchors.set(anchor, null)
  const tree = ownTreeOf(node, place)
  place.anchors.set(anchor, node)
  return tree
}

function ownTreeOf(node: Node | null, place: Place): Tree {
  const at = positionAt(place.lines, node?.range?.[0] ?? 0)
  if (isMap(node)) return { kind: 'map', at, entries: entriesOf(node.items as Pair<Node, Node | null>[], place) }
  if (isSeq(node)) return { kind: 'list', at, items: node.items.map((item) => treeOf(item as Node, place)) }
  if (isScalar(node)) return scalarOf(node, at, place)
  return { kind: 'scalar', at, value: null, source: '', contentAt: null }
}

function entriesOf(pairs: readonly Pair<Node, Node | null>[], place: Place): Entry[] {
  const names = new Set<string>()
  return pairs.map((pair) => {
    const entry = entryOf(pair, place)
    if (isScalar(pair.key) && names.has(entry.key)) throw new Unreadable('Map keys must be unique', pair.key)
    names.add(entry.key)
    return entry
  })
}

function entryOf({ key, value }: Pair<Node, Node | null>, place: Place): Entry {
  const keyAt = positionAt(place.lines, key.range?.[0] ?? 0)
  const name = isScalar(key) ? sourceOf(key) : ''
  const empty: Tree = { kind: 'scalar', at: keyAt, value: null, source: '', contentAt: null }
  return { key: name, keyAt, value: value === null ? empty : treeOf(value, place) }
}

function scalarOf(node: Scalar, at: Position, { source, lines }: Place): Tree {
  const { value } = node
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
  const [start = 0, end = 0] = node.range ?? []
  const quoted = source[start] === '"' || source[start] === "'"
  const oneLine = !source.slice(start, end).includes('\n') && source[start] !== '|' && source[start] !== '>'
  const contentAt = oneLine ? positionAt(lines, quoted ? start + 1 : start) : null
  return { kind: 'scalar', at, value: plain, source: plain === null ? '' : sourceOf(node), contentAt }
}

/** As written for plain values (`007` stays so), unquoted for the rest. */
function sourceOf(node: Scalar): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message
}
