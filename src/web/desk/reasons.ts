/** Why somebody is not ready, in words: the reasons that the system gives, and those of the catalogue. */
import { useText, type MessageKey } from '../languages/language.ts'
import { useNameOf } from './names.ts'

const systemReasons: Readonly<Record<string, MessageKey>> = {
  rona: 'presence.reason.rona',
  rejected: 'presence.reason.rejected',
  'phone-busy': 'presence.reason.phoneBusy',
  'phone-unreachable': 'presence.reason.phoneUnreachable',
  disconnected: 'presence.reason.disconnected',
}

export function useReasonWords(): (reason: string) => string {
  const t = useText()
  const nameOf = useNameOf('not-ready-reasons')
  return (reason) => {
    const known = systemReasons[reason]
    return known === undefined ? nameOf(reason) : t(known)
  }
}
