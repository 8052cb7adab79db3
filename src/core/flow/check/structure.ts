/** Ways that lead nowhere, nodes that nothing leads to, circles that nobody can leave or that ask nobody. */
import type { Finding } from '../finding.ts'
import { didYouMean } from '../parse/nearest.ts'
import type { Node, Script, Way } from '../script.ts'
import { end } from '../script.ts'
import { canFinish, edgesOf, reachable } from './graph.ts'
import { error, warning } from './findings.ts'

export function checkStructure(script: Script): Finding[] {
  return [...unknownNodes(script), ...unreachable(script), ...traps(script), ...loops(script)]
}

function entrances(script: Script): string[] {
  return [script.start.to, ...(script.onError ? [script.onError.to] : [])]
}

function unknownNodes(script: Script): Finding[] {
  const names = Object.keys(script.nodes)
  const unknown = ({ to, at }: Pick<Way, 'to' | 'at'>): Finding[] => {
    if (to === end || to in script.nodes) return []
    return [error('unknown-node', at, `there is no node \`${to}\`${didYouMean(to, [...names, end])}`)]
  }
  const ways = Object.values(script.nodes).flatMap((node) => edgesOf(node).flatMap(unknown))
  return [...unknown(script.start), ...(script.onError ? unknown(script.onError) : []), ...ways]
}

function unreachable(script: Script): Finding[] {
  const reached = reachable(script, entrances(script))
  return Object.values(script.nodes)
    .filter(({ id }) => !reached.has(id))
    .map(({ id, at }) => warning('unreachable', at, `nothing leads to \`${id}\`: remove it, or name it as a way out`))
}

/** Reached, but from here the flow can never be finished. One finding per circle. */
function traps(script: Script): Finding[] {
  const nodes = [...reachable(script, entrances(script))].flatMap((id) => script.nodes[id] ?? [])
  const finishing = new Set(nodes.filter(canFinish).map(({ id }) => id))
  for (let grown = true; grown;) {
    const more = nodes.filter((node) => !finishing.has(node.id) && edgesOf(node).some(({ to }) => finishing.has(to)))
    for (const { id } of more) finishing.add(id)
    grown = more.length > 0
  }
  const trapped = nodes.filter((node) => !finishing.has(node.id) && edgesOf(node).length > 0)
  return firstOfEachCircle(script, trapped).map(({ id, at }) =>
    error('trap', at, `from \`${id}\` no way leads to an end, a queue or a person: give one of its circle a way out`),
  )
}

function loops(script: Script): Finding[] {
  const byMachine = (from: string) => {
    const edges = script.nodes[from] ? edgesOf(script.nodes[from]) : []
    return edges.filter(({ cause }) => cause === 'machine').map(({ to }) => to)
  }
  const circular = Object.values(script.nodes).filter(({ id }) =>
    reachable(script, byMachine(id), ({ cause }) => cause === 'machine').has(id),
  )
  return firstOfEachCircle(script, circular, true).map((node) => {
    const path = circle(script, node).join(' → ')
    const message = `goes round without asking anybody: ${path}; ask between, or count the rounds and leave`
    return error('loop-without-input', node.at, message)
  })
}

function firstOfEachCircle(script: Script, nodes: readonly Node[], byMachine = false): Node[] {
  const told = new Set<string>()
  return nodes.filter(({ id }) => {
    if (told.has(id)) return false
    const follow = byMachine ? ({ cause }: { cause: string }) => cause === 'machine' : () => true
    for (const each of reachable(script, [id], follow)) told.add(each)
    return true
  })
}

/** One shortest way round. */
function circle(script: Script, start: Node): string[] {
  const paths: string[][] = [[start.id]]
  const seen = new Set<string>()
  for (let path = paths.shift(); path; path = paths.shift()) {
    const node = script.nodes[path.at(-1) ?? '']
    for (const { to, cause } of node ? edgesOf(node) : []) {
      if (cause !== 'machine') continue
      if (to === start.id) return [...path, to]
      if (!seen.has(to)) paths.push([...path, to])
      seen.add(to)
    }
  }
  return [start.id]
}
