/** The goals of everybody, and of those who have their own. */
import type { Knex } from 'knex'
import type { AgentId } from '../core/ids.ts'
import { noGoals, type Goals } from './goals.ts'

/** null: everybody. */
export type GoalsOf = AgentId | null

export type KeptGoals = Readonly<{ everybody: Goals; agents: readonly (Goals & { agentId: AgentId })[] }>

type Row = Readonly<{ agent_id: AgentId | null; handled: number | null; handling_ms: number | null }>

const goalsIn = ({ handled, handling_ms: handlingMs }: Row): Goals => ({ handled, handlingMs })

export async function readGoals(knex: Knex): Promise<KeptGoals> {
  const rows = await knex<Row>('goals').select('agent_id', 'handled', 'handling_ms').orderBy('agent_id')
  const everybody = rows.find((row) => row.agent_id === null)
  return {
    everybody: everybody === undefined ? noGoals : goalsIn(everybody),
    agents: rows.flatMap((row) => (row.agent_id === null ? [] : [{ agentId: row.agent_id, ...goalsIn(row) }])),
  }
}

/** `goals` null: what holds for everybody holds again. */
export async function writeGoals(knex: Knex, of: GoalsOf, goals: Goals | null): Promise<void> {
  await knex('goals').where({ agent_id: of }).delete()
  if (goals === null) return
  await knex('goals').insert({ agent_id: of, handled: goals.handled, handling_ms: goals.handlingMs })
}

/** What holds for one agent. */
export function goalsFor({ everybody, agents }: KeptGoals, agentId: AgentId): Goals {
  const own = agents.find((goals) => goals.agentId === agentId)
  return own === undefined ? everybody : { handled: own.handled, handlingMs: own.handlingMs }
}
