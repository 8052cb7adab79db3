/** Whom a flow calls outside is for its author to say: a number that callers key in, speak or call from is theirs to choose. */
import type { Finding } from '../finding.ts'
import type { Node, Script } from '../script.ts'
import { error } from './findings.ts'

export function checkDestinations(script: Script): Finding[] {
  const chosen = chosenByCallers(script)
  return Object.values(script.nodes).flatMap((node) => {
    if (node.verb !== 'transfer' || !('number' in node.to)) return []
    const { parts, at } = node.to.number
    const read = parts.flatMap((part) => (typeof part === 'string' ? [] : part.expression.references))
    const name = read.find((one) => chosen.has(one))
    if (name === undefined) return []
    const advice = 'write the number, or let `http:` or the customer’s record say it'
    return [
      error(
        'caller-chooses-number',
        at,
        `\`${name}\` may come from the caller, who would choose whom we call: ${advice}`,
      ),
    ]
  })
}

/** What may hold something that a caller gave, over any number of `set:`. A flow's inputs may, for all that it knows. */
function chosenByCallers(script: Script): Set<string> {
  const inputs = Object.entries(script.variables).filter(([, { input }]) => input)
  const chosen = new Set(['caller', 'dialled', ...inputs.map(([name]) => name)])
  const nodes = Object.values(script.nodes)
  for (let size = -1; size !== chosen.size;) {
    size = chosen.size
    for (const node of nodes) for (const name of givenBy(node, chosen)) chosen.add(name)
  }
  return chosen
}

function givenBy(node: Node, chosen: ReadonlySet<string>): string[] {
  switch (node.verb) {
    case 'collect':
    case 'listen':
      return [node.variable]
    case 'survey':
      return node.variable === null ? [] : [node.variable]
    case 'flow':
      return node.take.map(({ variable }) => variable)
    case 'set':
      return node.assignments.flatMap(({ variable, value }) =>
        value.references.some((name) => chosen.has(name)) ? [variable] : [],
      )
    default:
      return []
  }
}
