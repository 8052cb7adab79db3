/** A step in the making: the session as it changes, and the effects so far. Everything in run/ works on one. */
import type { Activity } from '../activity.ts'
import type { Effect, EffectBody, FlowNote } from '../effects.ts'
import type { Node, Script } from '../script.ts'
import type { Frame, Library, Session, Step, World } from '../session.ts'
import type { Channel, Instant } from '../../ids.ts'

export type Draft = {
  readonly library: Library
  readonly world: World
  readonly at: Instant
  readonly effects: Effect[]
  session: Session
  /** The session stands at a node that it hasn't entered yet. */
  moved: boolean
}

type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never

export function openDraft(library: Library, world: World, at: Instant, session: Session): Draft {
  return { library, world, at, effects: [], session, moved: false }
}

export function stepOf({ session, effects }: Draft): Step {
  const wakeAt = 'deadline' in session.activity ? session.activity.deadline : null
  return { session, effects, wakeAt }
}

export function change(draft: Draft, fields: Partial<Session>): void {
  draft.session = { ...draft.session, ...fields }
}

export function rest(draft: Draft, activity: Activity): void {
  change(draft, { activity })
}

/** Returns the effect's id. */
export function emit(draft: Draft, body: EffectBody): string {
  const effectId = String(draft.session.nextEffect)
  change(draft, { nextEffect: draft.session.nextEffect + 1 })
  draft.effects.push({ effectId, ...body })
  return effectId
}

export function note(draft: Draft, entry: Timeless<FlowNote>): void {
  emit(draft, { kind: 'note', note: { ...entry, at: draft.at } })
}

export function frameOf({ session }: Draft): Frame {
  const frame = session.frames.at(-1)
  if (!frame) throw new Error('a flow session without a frame')
  return frame
}

export function depthOf({ session }: Draft): number {
  return session.frames.length - 1
}

export function changeFrame(draft: Draft, fields: Partial<Frame>): void {
  change(draft, { frames: [...draft.session.frames.slice(0, -1), { ...frameOf(draft), ...fields }] })
}

export function scriptOf(draft: Draft): Script {
  const { flowId, version } = frameOf(draft)
  const entry = draft.library.flow(flowId, version)
  if (!entry) throw new Error(`flow ${flowId} has no version ${version}`)
  return entry.script
}

export function nodeOf(draft: Draft): Node {
  const { nodeId, flowId } = frameOf(draft)
  const node = scriptOf(draft).nodes[nodeId]
  if (!node) throw new Error(`flow ${flowId} has no node ${nodeId}`)
  return node
}

/** Whether the customer reads and writes instead of hearing and pressing keys. */
export function isWritten(channel: Channel): boolean {
  return channel !== 'voice' && channel !== 'video'
}
