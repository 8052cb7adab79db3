/** Who can do what: agents down, skills or queues across, as one sheet that is edited and saved as a whole. */
import type { Proficiency } from '../../core/rules.ts'
import type { User } from '../../directory/user.ts'
import { Refused, request } from '../server/api.ts'

export type Skilled = Readonly<{ skills: Readonly<Record<string, Proficiency>>; queueIds: readonly string[] }>
export type Agent = Readonly<{ id: string; name: string }> & Skilled
/** By the agent's id. */
export type Edits = ReadonlyMap<string, Skilled>

/** Those who are routed to, by name. */
export const agentsOf = (users: readonly User[]): Agent[] =>
  users
    .flatMap(({ id, name, agent, enabled }) =>
      agent === null || !enabled ? [] : [{ id, name, skills: agent.skills, queueIds: agent.queueIds }],
    )
    .toSorted((a, b) => a.name.localeCompare(b.name))

const isSame = (a: Skilled, b: Skilled): boolean =>
  JSON.stringify([sorted(a.skills), [...a.queueIds].toSorted()]) ===
  JSON.stringify([sorted(b.skills), [...b.queueIds].toSorted()])

const sorted = (skills: Skilled['skills']): [string, Proficiency][] =>
  Object.entries(skills).toSorted(([a], [b]) => (a < b ? -1 : 1))

/** An edit that leads back to what was is none. */
export function edited(edits: Edits, agent: Agent, change: Partial<Skilled>): Edits {
  const { skills, queueIds } = edits.get(agent.id) ?? agent
  const next = new Map(edits)
  const after = { skills, queueIds, ...change }
  if (isSame(agent, after)) next.delete(agent.id)
  else next.set(agent.id, after)
  return next
}

export function withSkill({ skills }: Skilled, skillId: string, level: Proficiency | 0): Skilled['skills'] {
  const { [skillId]: _, ...others } = skills
  return level === 0 ? others : { ...others, [skillId]: level }
}

export function withQueue({ queueIds }: Skilled, queueId: string): readonly string[] {
  return queueIds.includes(queueId) ? queueIds.filter((id) => id !== queueId) : [...queueIds, queueId]
}

/** What became of one row. `overtaken`: somebody else changed that agent since the sheet was read. */
export type Stored = Readonly<{ agentId: string; outcome: 'saved' | 'overtaken' | 'failed'; error?: unknown }>

/** Row after row: one that can't be saved keeps none of the others from it. */
export async function store(agents: readonly Agent[], edits: Edits): Promise<Stored[]> {
  const stored: Stored[] = []
  for (const [agentId, wanted] of edits) {
    const before = agents.find(({ id }) => id === agentId)
    stored.push(before === undefined ? { agentId, outcome: 'overtaken' } : await storeOne(before, wanted))
  }
  return stored
}

async function storeOne(before: Agent, wanted: Skilled): Promise<Stored> {
  const path = `/api/users/${before.id}`
  try {
    const { value, revision } = await request<User>('GET', path)
    if (value.agent === null || !isSame(value.agent, before)) return { agentId: before.id, outcome: 'overtaken' }
    await request('PATCH', path, { body: { agent: wanted }, ifMatch: revision })
    return { agentId: before.id, outcome: 'saved' }
  } catch (error) {
    const isOvertaken = error instanceof Refused && error.code === 'changed-meanwhile'
    return { agentId: before.id, outcome: isOvertaken ? 'overtaken' : 'failed', error }
  }
}
