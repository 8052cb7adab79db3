import { readFileSync } from 'node:fs'

/** Linux reports CPU times in ticks of 10 ms to programs (USER_HZ). */
const ticksPerSecond = 100

/** CPU seconds, user and system, that a process and the children it has waited for have used. */
export function cpuSeconds(pid: number): number {
  // The second field is the program's name in parentheses and may hold spaces: what follows is plain.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // proc(5): utime, stime, cutime and cstime are fields 14 to 17; `fields` starts with the third.
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond
}
