/** Whom a telephone names: by its keys, or in a REFER. */
import type { Target } from './handing-over.ts'
import type { VoicePorts } from './ports.ts'

/** A colleague's SIP name, a queue's id, or a number; null: nobody. */
export function targetOf(directory: VoicePorts['directory'], wanted: string): Target | null {
  const agentId = directory.agentOfEndpoint(wanted)
  if (agentId !== null) return { agentId }
  if (directory.queueExists(wanted)) return { queueId: wanted }
  return /^\+?[\d*#]{2,32}$/.test(wanted) ? { number: wanted } : null
}
