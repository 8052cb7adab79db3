/** Reads one interaction straight from its facts: what was stored a millisecond ago is told, whatever the rows say. */
import { foldStory, hasOpenWrapUp, type Story } from '../core/history/story.ts'
import type { AgentId, InteractionId } from '../core/ids.ts'
import { forbidden, notFound, conflict } from '../platform/http/errors.ts'
import type { Database } from '../platform/database/database.ts'
import { detailsOf, factsOf } from './facts-store.ts'
import type { Told } from './interaction-view.ts'
import { readAdditions } from './interactions-store.ts'
import type { Person } from './ports.ts'

/** Throws 404 for an interaction that never arrived. */
export async function tellStory(database: Database, interactionId: InteractionId): Promise<Story> {
  const story = foldStory((await factsOf(database, [interactionId])).map(({ fact }) => fact))
  if (story === null) throw unknownInteraction(interactionId)
  return story
}

export async function tellAll(database: Database, interactionId: InteractionId): Promise<Told> {
  const [facts, details] = await Promise.all([factsOf(database, [interactionId]), detailsOf(database, interactionId)])
  const story = foldStory(facts.map(({ fact }) => fact))
  if (story === null) throw unknownInteraction(interactionId)
  return { story, facts, details, additions: await readAdditions(database, interactionId, story.customerId) }
}

/** Call control: the agent who talks; supervisors any. */
export function mayControl(story: Story, person: Person): void {
  if (story.state === 'ended') throw conflict('already-ended', 'this interaction has ended')
  if (person.role !== 'agent' || story.agentsOn.includes(person.id)) return
  throw forbidden('you are not on this interaction: only its agent or a supervisor may do this')
}

/** Notes and dispositions: everyone who has talked in it, at any time later; supervisors any. */
export function mayAddTo(story: Story, person: Person): void {
  if (person.role !== 'agent' || hasHandled(story, person.id)) return
  throw forbidden('you have not handled this interaction: only its agents or a supervisor may do this')
}

/** Whose wrap-up is meant: the agent's own, or for a supervisor the one that goes on. */
export function wrapUpOf(story: Story, person: Person): AgentId {
  if (hasOpenWrapUp(story, person.id)) return person.id
  const open = story.segments.findLast((segment) => segment.kind === 'wrap-up' && segment.to === null)
  if (open?.agentId === null || open === undefined) throw conflict('no-wrap-up', 'nobody is in wrap-up for this')
  if (person.role === 'agent') throw forbidden('this is the wrap-up of another agent')
  return open.agentId
}

function hasHandled(story: Story, agentId: AgentId): boolean {
  return story.segments.some(
    ({ kind, agentId: by }) => by === agentId && ['talk', 'hold', 'consult', 'pause', 'wrap-up'].includes(kind),
  )
}

const unknownInteraction = (id: InteractionId) => notFound(`there is no interaction ${id}`)
