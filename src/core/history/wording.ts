/** Names and figures in the plain words of timelines and explanations. */
import type { AgentId, EntryPointId, QueueId, SkillId } from '../ids.ts'
import type { Requirement } from '../rules.ts'

/** Null for what is gone from the directory. */
export type Names = Readonly<{
  agent(id: AgentId): string | null
  queue(id: QueueId): string | null
  skill(id: SkillId): string | null
  entryPoint(id: EntryPointId): string | null
}>

export const agentName = (names: Names, id: AgentId): string => names.agent(id) ?? 'a former agent'
export const queueName = (names: Names, id: QueueId): string => names.queue(id) ?? id
export const skillName = (names: Names, id: SkillId): string => names.skill(id) ?? id

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${(Math.max(ms, 0) / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return together(minutes, 'min', seconds % 60, 's')
  return together(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

function together(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

/** `romanian at 3 or more and billing at 2 or more`; empty when nothing is asked. */
export function requirementInWords(names: Names, requirement: Requirement): string {
  return listed(Object.entries(requirement).map(([skill, level]) => `${skillName(names, skill)} at ${level} or more`))
}

export function listed(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? ''
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`
}

export function counted(n: number, one: string, many: string): string {
  return n === 1 ? `1 ${one}` : `${n} ${many}`
}
