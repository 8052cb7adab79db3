/** Everything that makes up a state, derived parts included, as a text to compare. */
import type { RoutingState } from '../../../../../src/core/routing/machine.ts'
import { nextWake, snapshot } from '../../../../../src/core/routing/machine.ts'

export function anatomy(state: RoutingState): string {
  const used = [...state.signatures.byKey.values()].filter(({ waiting }) => waiting > 0)
  const signatures = used.map(({ key, waiting, counts, line, away, idle, standings }) => ({
    key,
    waiting,
    counts: { ...counts },
    line: Array.from(line, ({ interaction }) => interaction.id),
    away: Array.from(away, ({ interaction }) => interaction.id),
    idle: Array.from(idle, ({ desk }) => desk.agent.id),
    agents: standings.map(({ desk }) => desk.agent.id).sort(),
  }))
  return JSON.stringify({
    saved: snapshot(state),
    nextWake: nextWake(state),
    configured: state.roster.size,
    loads: Array.from(state.agents.values(), ({ id, load, firmLoad }) => [id, load, firmLoad]),
    interrupted: [...state.interrupted].sort(),
    lines: Array.from(state.queues.values(), ({ line }) => Array.from(line, ({ interaction }) => interaction.id)),
    timers: [...state.agents.values(), ...state.interactions.values()].map(({ timer }) =>
      timer.slot < 0 ? null : [timer.id, timer.dueAt, timer.rank],
    ),
    calling: Array.from(state.queues.values(), ({ calling }) => calling),
    signatures: signatures.sort((a, b) => (a.key < b.key ? -1 : 1)),
  })
}
