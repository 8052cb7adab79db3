/** YAML text -> the core's tree with positions. Comments and order stay in the text itself, which is what is stored. */
import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml'
import type { Document, Node, Pair, Scalar } from 'yaml'
import type { Finding, Position } from '../core/flow/finding.ts'
import type { Entry, Tree } from '../core/flow/parse/tree.ts'

export type YamlRead = Readonly<{ tree: Tree | null; findings: readonly Finding[] }>

export function readYaml(source: string): YamlRead {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true })
  const findings = document.errors.map((error) => ({
    code: 'wrong-yaml',
    severity: 'error' as const,
    message: firstLine(error.message),
    at: positionAt(lines, error.pos[0]),
  }))
  if (findings.length > 0) return { tree: null, findings }
  if (!document.contents) {
    const at = { line: 1, column: 1 }
    return { tree: null, findings: [{ code: 'wrong-yaml', severity: 'error', message: 'the file is empty', at }] }
  }
  return { tree: treeOf(document.contents, { source, lines, document }), findings: [] }
}

type Place = Readonly<{ source: string; lines: LineCounter; document: Document }>

function treeOf(node: Node | null, place: Place): Tree {
  if (isAlias(node)) return treeOf(node.resolve(place.document) ?? null, place)
  const at = positionAt(place.lines, node?.range?.[0] ?? 0)
  if (isMap(node))
    return { kind: 'map', at, entries: node.items.map((pair) => entryOf(pair as Pair<Node, Node>, place)) }
  if (isSeq(node)) return { kind: 'list', at, items: node.items.map((item) => treeOf(item as Node, place)) }
  if (isScalar(node)) return scalarOf(node, at, place)
  return { kind: 'scalar', at, value: null, source: '', contentAt: null }
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
