/** A file's text as a tree with positions: all that parsing knows of YAML. src/flows/yaml-tree.ts makes it. */
import type { Position } from '../finding.ts'

export type Tree = { readonly at: Position } & (
  | {
      kind: 'scalar'
      value: string | number | boolean | null
      /** As written: tells `00` and `0`, `"1"` and `1` apart from what YAML makes of them. */
      source: string
      /** Where the content's first character stands when it is all on one line: positions inside it can be told. */
      contentAt: Position | null
    }
  | { kind: 'list'; items: readonly Tree[] }
  | { kind: 'map'; entries: readonly Entry[] }
)

export type Entry = Readonly<{ key: string; keyAt: Position; value: Tree }>

export function entryOf(tree: Tree, key: string): Entry | null {
  return tree.kind === 'map' ? (tree.entries.find((entry) => entry.key === key) ?? null) : null
}

export function kindOf(tree: Tree): string {
  switch (tree.kind) {
    case 'list':
      return 'a list'
    case 'map':
      return 'a map of fields'
    case 'scalar':
      if (tree.value === null) return 'nothing'
      return typeof tree.value === 'string'
        ? `the text «${shortened(tree.value)}»`
        : `the ${typeof tree.value} ${tree.source}`
  }
}

const longestQuote = 60

function shortened(text: string): string {
  return text.length <= longestQuote ? text : `${text.slice(0, longestQuote)}…`
}
