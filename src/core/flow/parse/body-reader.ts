/** The body of an HTTP request: JSON whose texts are templates. `"{{total}}"` alone keeps the value's own type. */
import type { BodyTemplate } from '../script.ts'
import type { Reader, Reading } from './reader.ts'
import { shared } from './reader.ts'
import { compileTemplate } from './template.ts'
import type { Tree } from './tree.ts'

export const bodyTemplate: Reader<BodyTemplate> = shared('body', {
  read,
  schema: () => ({ description: 'JSON whose texts may hold {{expression}}.' }),
})

function read(tree: Tree, reading: Reading): BodyTemplate | undefined {
  switch (tree.kind) {
    case 'scalar':
      return typeof tree.value === 'string' ? compileTemplate(tree, reading) : tree.value
    case 'list': {
      const items = tree.items.map((item) => read(item, reading))
      return items.every((item) => item !== undefined) ? items : undefined
    }
    case 'map': {
      const fields: Record<string, BodyTemplate> = {}
      for (const { key, value } of tree.entries) {
        const field = read(value, reading)
        if (field === undefined) return undefined
        fields[key] = field
      }
      return { fields }
    }
  }
}
