/** Running another flow inside this one. */
import type { Script, SubFlowNode } from '../script.ts'
import { end } from '../script.ts'
import type { Frame, Json } from '../session.ts'
import type { Draft } from './draft.ts'
import { change, depthOf, scriptOf } from './draft.ts'
import { FlowError, valueOf } from './fill.ts'
import { secretOf } from './secrets.ts'
import { assign } from './variables.ts'
import { fail, finish } from './ways.ts'

/** Flows that call each other in circles end here. */
const deepest = 8

export function firstFrame(script: Script, version: number): Frame {
  const variables: Record<string, Json> = {}
  for (const [name, { initial }] of Object.entries(script.variables)) if (initial !== null) variables[name] = initial
  return { flowId: script.id, version, nodeId: script.start.to, variables, tries: {} }
}

export function enterSubFlow(draft: Draft, node: SubFlowNode): void {
  const entry = draft.library.flow(node.flowId, null)
  if (!entry) return fail(draft, `there is no flow \`${node.flowId}\``)
  if (depthOf(draft) + 1 >= deepest) return fail(draft, `flows call each other more than ${deepest} deep`)
  const given = givenValues(draft, node, entry.script)
  change(draft, { frames: [...draft.session.frames, firstFrame(entry.script, entry.version)] })
  for (const { name, value, secret } of given) {
    if (secret) hand(draft, name, secret)
    else {
      const wrong = assign(draft, name, value)
      if (wrong !== null) throw new FlowError(wrong)
    }
  }
  if (entry.script.start.to === end) finish(draft, 'done')
  else draft.moved = true
}

type Secret = Readonly<{ value: string; depth: number; nodeId: string }>

/** A secret is handed on only as it is, and only into a variable that is secret there as well. */
function givenValues(draft: Draft, node: SubFlowNode, callee: Script) {
  const own = scriptOf(draft).variables
  return node.give.map(({ variable: name, value }) => {
    if (own[value.source]?.secret !== true) return { name, value: valueOf(draft, value), secret: null }
    if (callee.variables[name]?.secret !== true)
      throw new FlowError(`\`${value.source}\` is secret, \`${name}\` of ${callee.id} is not`)
    const known = draft.session.secrets.values.find(
      (each) => each.depth === depthOf(draft) && each.name === value.source,
    )
    if (!known || secretOf(draft, value.source) === null) throw new FlowError(`\`${value.source}\` was not collected`)
    return { name, value: null, secret: known }
  })
}

/** The copy lives in the called flow; the original still tells where to ask again. */
function hand(draft: Draft, name: string, secret: Secret): void {
  const copy = { depth: depthOf(draft), name, nodeId: firstNode(draft), value: secret.value }
  change(draft, { secrets: { ...draft.session.secrets, values: [...draft.session.secrets.values, copy] } })
}

function firstNode(draft: Draft): string {
  return scriptOf(draft).start.to
}
