/** What this room is handed in: who is who, what may be called, and the trunks there are. */
import type { numberForms } from '../core/dialling/trunk.ts'
import type { OutboundPolicy } from '../core/dialling/policy.ts'
import type { AgentId } from '../core/ids.ts'

export type Trunk = Readonly<{
  id: string
  enabled: boolean
  priority: number
  perCall: number
  perMinute: number
  prefixes: readonly string[]
  emergency: boolean
  callerId: string | null
  numberForm: (typeof numberForms)[number]
}>

export type OutboundDirectory = Readonly<{
  policy(): OutboundPolicy
  trunks(): readonly Trunk[]
  /** null: nobody who works here, or no longer. */
  roleOf(userId: AgentId): 'agent' | 'supervisor' | 'admin' | null
}>
