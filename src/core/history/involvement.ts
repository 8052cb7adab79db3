/** Which facts concern one agent: their own, and those of an interaction while it is theirs. */
import type { Fact } from '../facts.ts'
import type { AgentId, InteractionId } from '../ids.ts'
import { hasOpenWrapUp, isOn, isRung, type Story } from './story.ts'

type Part = { contact: 'ringing' | 'engaged' | null; wrapUp: boolean }

/** The same parts follow from the stories of a moment and from the facts up to it. */
export class Involvement {
  readonly #agentId: AgentId
  readonly #parts = new Map<InteractionId, Part>()

  constructor(agentId: AgentId, stories: Iterable<Story> = []) {
    this.#agentId = agentId
    for (const story of stories) {
      const contact = isRung(story, agentId) ? 'ringing' : isOn(story, agentId) ? 'engaged' : (null as Part['contact'])
      this.#set(story.interactionId, { contact, wrapUp: hasOpenWrapUp(story, agentId) })
    }
  }

  has(interactionId: InteractionId): boolean {
    return this.#parts.has(interactionId)
  }

  /** Whether the fact concerns the agent; to be asked of every fact, in order. */
  concerns(fact: Fact): boolean {
    if (fact.kind === 'clock-stopped') return true
    // Messages are everybody's until somebody takes them.
    if (fact.kind.startsWith('voicemail-')) return true
    if (fact.kind === 'agent-configured') return fact.agent.id === this.#agentId
    const isOwn = 'agentId' in fact && fact.agentId === this.#agentId
    if (!('interactionId' in fact)) return isOwn
    const part = this.#parts.get(fact.interactionId)
    const changed = next(part ?? { contact: null, wrapUp: false }, fact, isOwn)
    this.#set(fact.interactionId, changed)
    // What another agent is offered, or does in their wrap-up, is theirs alone.
    const isOthers = 'agentId' in fact && !isOwn && fact.kind !== 'offer-accepted' && !isCompany(fact)
    return isOwn || (part !== undefined && !isOthers)
  }

  #set(interactionId: InteractionId, part: Part): void {
    if (part.contact === null && !part.wrapUp) this.#parts.delete(interactionId)
    else this.#parts.set(interactionId, part)
  }
}

/** Colleagues on the same call see each other come and go; whoever only listens is not seen. */
function isCompany(fact: Fact): boolean {
  return (
    (fact.kind === 'agent-joined' || fact.kind === 'agent-left' || fact.kind === 'agent-invited') &&
    fact.purpose !== 'monitor'
  )
}

function next(part: Part, fact: Fact, isOwn: boolean): Part {
  switch (fact.kind) {
    case 'agent-invited':
    case 'offer-made':
      return isOwn ? { ...part, contact: 'ringing' } : part
    case 'offer-accepted':
      return { ...part, contact: isOwn ? 'engaged' : null }
    case 'agent-joined':
      return isOwn ? { ...part, contact: 'engaged' } : part
    case 'agent-left':
      return isOwn ? { ...part, contact: null } : part
    case 'invitation-ended':
    case 'offer-declined':
    case 'offer-expired':
    case 'offer-rescinded':
      return isOwn && part.contact === 'ringing' ? { ...part, contact: null } : part
    case 'wrap-up-started':
      return isOwn ? { ...part, wrapUp: true } : part
    case 'wrap-up-ended':
      return isOwn ? { ...part, wrapUp: false } : part
    case 'flow-started':
    case 'flow-node-entered':
      return part.contact === 'engaged' ? { ...part, contact: null } : part
    case 'interaction-queued':
    case 'interaction-dequeued':
    case 'interaction-ended':
      return { ...part, contact: null }
    default:
      // Everything else happens inside of what is the agent's already.
      return part
  }
}
