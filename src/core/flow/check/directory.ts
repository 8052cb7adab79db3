/** Names of things outside the flow: queues, skills, hours, other flows, recorded sounds. Absent lists aren't checked. */
import type { Finding, Position } from '../finding.ts'
import { didYouMean } from '../parse/nearest.ts'
import type { Node, Script, SubFlowNode } from '../script.ts'
import { error, warning } from './findings.ts'
import { languagesWithout, soundsOfNode } from './sounds.ts'

export type Directory = Readonly<{
  queues?: readonly string[]
  skills?: readonly string[]
  hours?: readonly string[]
  providers?: readonly string[]
  /** Every flow that can be called, by id. */
  flows?: Readonly<Record<string, Script>>
  /** Recorded files below the prompts folder without extension, such as `en/welcome`. */
  sounds?: readonly string[]
}>

export function checkDirectory(script: Script, directory: Directory): Finding[] {
  return Object.values(script.nodes).flatMap((node) => [
    ...namesOf(node).flatMap(({ kind, name, at }) => unknown(kind, name, at, directory)),
    ...(node.verb === 'flow' ? calledFlow(script, node, directory) : []),
    ...missingSounds(script, node, directory),
  ])
}

type Kind = 'queue' | 'skill' | 'hours' | 'provider'
type Named = Readonly<{ kind: Kind; name: string; at: Position }>

function namesOf(node: Node): Named[] {
  switch (node.verb) {
    case 'enqueue': {
      const skills = Object.entries(node.skills).map(([name, { at }]) => ({ kind: 'skill' as const, name, at }))
      return [{ kind: 'queue', name: node.queueId, at: node.at }, ...skills]
    }
    case 'voicemail':
    case 'callback':
      return [{ kind: 'queue', name: node.queueId, at: node.at }]
    case 'transfer':
      return 'queueId' in node.to ? [{ kind: 'queue', name: node.to.queueId, at: node.at }] : []
    case 'hours':
      return [{ kind: 'hours', name: node.calendarId, at: node.at }]
    case 'pay':
      return [{ kind: 'provider', name: node.provider, at: node.at }]
    default:
      return []
  }
}

const lists = { queue: 'queues', skill: 'skills', hours: 'hours', provider: 'providers' } as const

function unknown(kind: Kind, name: string, at: Position, directory: Directory): Finding[] {
  const known = directory[lists[kind]]
  if (!known || known.includes(name)) return []
  return [error(`unknown-${kind}`, at, `there is no ${kind} \`${name}\` in the directory${didYouMean(name, known)}`)]
}

function calledFlow(script: Script, node: SubFlowNode, { flows }: Directory): Finding[] {
  if (!flows) return []
  const callee = flows[node.flowId]
  if (!callee) {
    const hint = didYouMean(node.flowId, Object.keys(flows))
    return [error('unknown-flow', node.at, `there is no flow \`${node.flowId}\`${hint}`)]
  }
  const inputs = Object.entries(callee.variables).filter(([, { input }]) => input)
  const missing = inputs.filter(([name]) => !node.give.some(({ variable }) => variable === name))
  return [
    ...missing.map(([name]) =>
      error('missing-input', node.at, `\`${callee.id}\` needs \`${name}\`: add it to \`with:\``),
    ),
    ...node.give.flatMap(({ variable, value, at }) => {
      if (!callee.variables[variable])
        return [error('unknown-variable', at, `\`${callee.id}\` has no variable \`${variable}\``)]
      const leaks = script.variables[value.source]?.secret && !callee.variables[variable].secret
      return leaks
        ? [error('secret-leak', at, `\`${value.source}\` is secret, \`${variable}\` of ${callee.id} is not`)]
        : []
    }),
    ...node.take.flatMap(({ variable, from, at }) => {
      const theirs = callee.variables[from]
      if (!theirs) return [error('unknown-variable', at, `\`${callee.id}\` has no variable \`${from}\``)]
      const leaks = theirs.secret && script.variables[variable]?.secret === false
      return leaks ? [error('secret-leak', at, `\`${from}\` is secret, \`${variable}\` is not`)] : []
    }),
    ...missingLanguages(script, callee, node),
  ]
}

function missingLanguages(script: Script, callee: Script, node: SubFlowNode): Finding[] {
  const missing = script.languages.filter((language) => !callee.languages.includes(language))
  if (missing.length === 0) return []
  return [warning('missing-language', node.at, `\`${callee.id}\` doesn’t speak ${missing.join(', ')}`)]
}

function missingSounds(script: Script, node: Node, { sounds }: Directory): Finding[] {
  if (!sounds) return []
  return soundsOfNode(node).flatMap(({ file, at }) => {
    const missing = languagesWithout(script, file, sounds)
    if (missing.length === 0) return []
    const where = missing.length === script.languages.length ? '' : ` in ${missing.join(', ')}`
    return [error('missing-prompt', at, `the sound \`${file}\` is missing${where}${didYouMean(file, sounds)}`)]
  })
}
