/** Arithmetic of requirements: joined, relaxed, met and scored. */
import type { Proficiency, RelaxationStep, Requirement } from '../rules.ts'

type Skills = Readonly<Record<string, number>>

/** The higher level of each skill, in one fixed order of skills: equal requirements are written alike. */
export function join(a: Requirement, b: Requirement): Requirement {
  const joined: Record<string, Proficiency> = {}
  for (const skill of Object.keys({ ...a, ...b }).sort()) {
    const [one, other] = [a[skill], b[skill]]
    const level = (one ?? 0) > (other ?? 0) ? one : other
    if (level !== undefined) joined[skill] = level
  }
  return joined
}

/** Lowers what the step names and never raises it. */
export function relax(requirement: Requirement, step: RelaxationStep): Requirement {
  const relaxed: Record<string, Proficiency> = {}
  for (const [skill, level] of Object.entries(requirement)) {
    const allowed = step.skills[skill] ?? level
    const least = allowed < level ? allowed : level
    if (least !== 0) relaxed[skill] = least
  }
  return relaxed
}

export function meets(skills: Skills, requirement: Requirement): boolean {
  for (const skill in requirement) if ((skills[skill] ?? 0) < (requirement[skill] ?? 0)) return false
  return true
}

/** Sum of proficiency in what is required. */
export function scoreOf(skills: Skills, requirement: Requirement): number {
  let score = 0
  for (const skill in requirement) score += skills[skill] ?? 0
  return score
}

/** The required ones among an agent's skills. */
export function requiredAmong(skills: Skills, requirement: Requirement): Skills {
  const required: Record<string, number> = {}
  for (const skill in requirement) required[skill] = skills[skill] ?? 0
  return required
}
