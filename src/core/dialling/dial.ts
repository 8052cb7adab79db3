/** Whether a number outside may be called now, and over which ways. */
import type { InteractionId, Instant } from '../ids.ts'
import { classOf, type Destination } from './destination.ts'
import { brokenLimit, type Ledger } from './ledger.ts'
import type { Asker, OutboundPolicy, OutboundRole } from './policy.ts'
import { waysTo, type Way } from './trunk.ts'

/** `message` tells a person. */
export type DialRefusal = Readonly<{
  kind: 'refused'
  code:
    'not-a-number' | 'unknown-asker' | 'emergency-callback' | 'destination-not-allowed' | 'limit-reached' | 'no-trunk'
  message: string
}>

/** `classId` null: the number is in none. */
export type DialDecision<W extends Way> =
  | Readonly<{ kind: 'allowed'; classId: string; asker: string; ways: readonly W[] }>
  | (DialRefusal & Readonly<{ classId: string | null }>)

export type DialQuestion<W extends Way> = Readonly<{
  asker: Asker
  /** null: the asker is nobody that we know, or no longer. */
  role: OutboundRole | null
  /** null: what was asked for isn't a number. */
  destination: Destination | null
  ways: readonly W[]
}>

const emergencyClass = 'emergency'

export function askerKey(asker: Asker): string {
  switch (asker.kind) {
    case 'agent':
      return `agent ${asker.agentId}`
    case 'flow':
      return `flow ${asker.flowId}`
    // One callback asks once or twice: what counts is that callbacks do.
    case 'callback':
    case 'system':
      return asker.kind
  }
}

export function decideDial<W extends Way>(
  policy: OutboundPolicy,
  ledger: Ledger,
  { asker, role, destination, ways }: DialQuestion<W>,
  at: Instant,
): DialDecision<W> {
  if (destination === null) return refuse('not-a-number', 'that is not a number that can be called', null)
  if (destination.emergency) return emergency(asker, destination, ways)
  if (role === null) return refuse('unknown-asker', 'nobody who may call out asks for it', null)
  const found = classOf(destination, policy.classes)
  if (found === null || !policy.permissions[role].includes(found.id)) {
    const what = found === null ? 'numbers of no known kind' : `numbers of the kind “${found.name}”`
    return refuse('destination-not-allowed', `${role}: ${what} may not be called`, found?.id ?? null)
  }
  const fitting = waysTo(destination, ways)
  const [first] = fitting
  if (first === undefined) return refuse('no-trunk', 'no trunk takes this number', found.id)
  const wanted = { role, asker: askerKey(asker), number: destination.number, classId: found.id, rate: first.rate }
  const broken = brokenLimit(ledger, policy.limits, wanted, at)
  if (broken !== null) {
    const what = broken.by === 'calls' ? 'as many calls as it allows' : 'as much money as it allows'
    return refuse('limit-reached', `the limit “${broken.limit.id}” has seen ${what}`, found.id)
  }
  return { kind: 'allowed', classId: found.id, asker: wanted.asker, ways: fitting }
}

/**
 * No permission and no limit stands in its way. But the number of a callback is one that a caller claims to have: nobody
 * is called back at 112.
 */
function emergency<W extends Way>(asker: Asker, destination: Destination, ways: readonly W[]): DialDecision<W> {
  if (asker.kind === 'callback')
    return refuse('emergency-callback', 'emergency services are not called back', emergencyClass)
  const fitting = waysTo(destination, ways)
  if (fitting.length === 0) return refuse('no-trunk', 'no trunk takes emergency calls', emergencyClass)
  return { kind: 'allowed', classId: emergencyClass, asker: askerKey(asker), ways: fitting }
}

function refuse(
  code: DialRefusal['code'],
  message: string,
  classId: string | null,
): DialRefusal & { classId: string | null } {
  return { kind: 'refused', code, message, classId }
}

/** What is asked for: by whom, and for which interaction. */
export type DialWish = Readonly<{
  asker: Asker
  /** As it was dialled or written. */
  number: string
  interactionId: InteractionId | null
  /** The number to show; null: the trunk's. */
  callerId: string | null
}>

/** One way to reach the number. */
export type Route = Readonly<{
  trunkId: string
  /** PJSIP dial string. */
  endpoint: string
  /** null: what the carrier puts there. */
  callerId: string | null
}>

/** Let out: tried in this order; `attemptId` names the call in what is told about it afterwards. */
export type Placement = Readonly<{ kind: 'routes'; attemptId: string; number: string; routes: readonly Route[] }>

export type DialAnswer = Placement | DialRefusal
