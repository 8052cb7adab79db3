/** One verb of the language: its fields, and how a node is made of them. */
import type { Position } from '../finding.ts'
import type { Node, Way, Ways } from '../script.ts'
import type { Definitions, Reading, Schema } from './reader.ts'
import type { Fields, RecordOf } from './record-reader.ts'
import { record, recordSchema } from './record-reader.ts'
import type { Tree } from './tree.ts'

export type NodeStart = Readonly<{ id: string; at: Position; next: Way | null; on: Ways }>

export type Verb = Readonly<{
  read(id: string, at: Position, tree: Tree, reading: Reading): Node | undefined
  schema(definitions: Definitions): Schema
}>

export function verb<F extends Fields>(
  description: string,
  fields: F,
  build: (read: RecordOf<F>, start: NodeStart, reading: Reading) => Node | undefined,
): Verb {
  const reader = record(fields)
  return {
    read(id, at, tree, reading) {
      const read = reader.read(tree, reading)
      if (!read) return undefined
      const next = 'next' in read ? (read.next as Way | null) : null
      const on = 'on' in read ? (read.on as Ways) : {}
      return build(read, { id, at, next, on }, reading)
    },
    schema: (definitions) => ({ ...recordSchema(fields, definitions), description }),
  }
}
