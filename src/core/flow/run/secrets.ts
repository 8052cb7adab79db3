/** Secret values: kept in the session's memory, beside everything that is stored. */
import type { Node } from '../script.ts'
import type { Draft } from './draft.ts'
import { change, depthOf, emit, frameOf, scriptOf } from './draft.ts'

/** How long keys are thrown away after a secret entry: people go on typing when they were cut short. */
const deafAfterSecretMs = 1000

export function isSecretInput(draft: Draft, node: Node): boolean {
  return node.verb === 'collect' && scriptOf(draft).variables[node.variable]?.secret === true
}

/** `nodeId`: where it can be asked for again after a crash. */
export function keepSecret(draft: Draft, name: string, value: string): void {
  const secret = { depth: depthOf(draft), name, nodeId: frameOf(draft).nodeId, value }
  const others = draft.session.secrets.values.filter((each) => each.depth !== secret.depth || each.name !== name)
  change(draft, { secrets: { ...draft.session.secrets, values: [...others, secret] } })
}

export function secretOf(draft: Draft, name: string, depth = depthOf(draft)): string | null {
  return draft.session.secrets.values.find((each) => each.depth === depth && each.name === name)?.value ?? null
}

export function forgetSecrets(draft: Draft, forget: (depth: number, name: string) => boolean): void {
  const values = draft.session.secrets.values.filter(({ depth, name }) => !forget(depth, name))
  change(draft, { secrets: { ...draft.session.secrets, values } })
}

export function typed(draft: Draft): string {
  return draft.session.secrets.typed
}

export function setTyped(draft: Draft, keys: string): void {
  change(draft, { secrets: { ...draft.session.secrets, typed: keys.slice(0, 64) } })
}

/** Keys typed on one side of the switch never count on the other. */
export function switchSecretInput(draft: Draft, on: boolean): void {
  if (draft.session.secretInput === on) return
  setTyped(draft, '')
  change(draft, { secretInput: on, skipKey: null, deafUntil: on ? 0 : draft.at + deafAfterSecretMs })
  emit(draft, { kind: 'secret-input', on })
}
