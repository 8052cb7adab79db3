/** What Asterisk's security log tells of those who knock, as signals of the protection. */
import type { SignalKind } from '../../core/protection/bans.ts'
import type { ProtectionPort } from './ports.ts'
import type { SecurityEvent } from './security-log.ts'

export function tellProtection(protection: ProtectionPort, { kind, address, account, acl }: SecurityEvent): void {
  if (kind === 'SuccessfulAuth') return protection.trusted(address)
  const signal = signalOf(kind, account, acl)
  if (signal !== null) protection.signal(address, signal)
}

/** What Asterisk calls the event (res_security_log) -> what it means here; null: nothing bad. */
function signalOf(kind: string, account: string, acl: string | null): SignalKind | null {
  switch (kind) {
    case 'ChallengeResponseFailed':
    case 'InvalidPassword':
      return 'wrong-password'
    case 'InvalidAccountID':
      return 'unknown-account'
    case 'FailedACL':
      // A registration for an account that nobody has.
      return acl === 'registrar_attempt_without_configured_aors' && account === 'anonymous'
        ? 'unknown-account'
        : 'refused'
    case 'RequestBadFormat':
    case 'RequestNotAllowed':
    case 'RequestNotSupported':
      return 'refused'
    default:
      return null
  }
}
