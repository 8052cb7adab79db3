import { readdirSync, readFileSync } from 'node:fs'

/** Linux reports CPU times in ticks of 10 ms to programs (USER_HZ). */
const ticksPerSecond = 100

/** CPU seconds, user and system, that a process and the children it has waited for have used. */
export function cpuSeconds(pid: number): number {
  // proc(5): utime, stime, cutime and cstime are fields 14 to 17.
  const ticks = statFields(pid).slice(11, 15)
  return ticks.reduce((sum, field) => sum + Number(field), 0) / ticksPerSecond
}

/** The fields of /proc/PID/stat from the third on: the second is a name in parentheses that may hold spaces. */
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/**
 * CPU seconds of processes with all their descendants. A child that ended counts in its parent, so the difference of
 * two readings is what was used between them.
 */
export function cpuSecondsOfTrees(roots: readonly number[]): number {
  const children = childrenByParent()
  const trees = new Set<number>()
  const pending = [...roots]
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    if (trees.has(pid)) continue
    trees.add(pid)
    pending.push(...(children.get(pid) ?? []))
  }
  return [...trees].reduce((sum, pid) => sum + cpuSecondsUnlessGone(pid), 0)
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = parentOf(Number(name))
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  return children
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(statFields(pid)[1])
  } catch {
    return undefined // ended while we looked
  }
}

function cpuSecondsUnlessGone(pid: number): number {
  try {
    return cpuSeconds(pid)
  } catch {
    return 0 // ended while we looked: counts in its parent
  }
}
