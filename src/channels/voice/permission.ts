/** Who may do what with a call: agents with those that they are on, supervisors with every one. */
import { isListener, partyOfAgent } from '../../core/call/parties.ts'
import type { LiveCall } from './live-call.ts'

export type Result = { ok: true } | { refusal: { code: string; message: string } }
export type Person = Readonly<{ id: string; role: 'agent' | 'supervisor' | 'admin' }>

export const ok: Result = { ok: true }

export function refuse(code: string, message: string): { refusal: { code: string; message: string } } {
  return { refusal: { code, message } }
}

export function mayAct(call: LiveCall, { id, role }: Person): boolean {
  const party = partyOfAgent(call.call, id)
  return role !== 'agent' || (party !== null && !isListener(party))
}
