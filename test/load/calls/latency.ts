import type { SipPacket } from './sip-packet.ts'

/** Digits of a caller's number that stay the same however a system writes it (+40720000001, 0720000001). */
const markerDigits = 7

export type Offers = {
  /** Caller's INVITE to the first INVITE that an agent got for this caller. */
  inviteToInviteMs: number[]
  /** Callers for whom no agent was ever rung. */
  neverOffered: number
  /** End of an agent's call to the next INVITE for this agent, where a caller was waiting at that end. */
  freeToInviteMs: number[]
}

export type Ports = { asterisk: number; agents: number }

/** Reads off the wire how long callers and free agents waited; calls before `sinceMs` (warm-up) don't count. */
export function measureOffers(packets: readonly SipPacket[], ports: Ports, sinceMs: number): Offers {
  const firstOfCall = new Set<string>()
  // A retransmission has the same Call-ID: only the first packet counts.
  const invites = packets.filter(({ method, callId }) => method === 'INVITE' && !seenBefore(firstOfCall, callId))
  const calls = invites.filter(({ toPort, fromPort }) => toPort === ports.asterisk && fromPort !== ports.agents)
  const offers = invites.filter(({ toPort }) => toPort === ports.agents)
  const offeredAtMs = new Map<string, number>()
  for (const offer of offers) {
    const marker = markerOf(offer)
    if (!offeredAtMs.has(marker)) offeredAtMs.set(marker, offer.atMs)
  }
  const counted = calls.filter(({ atMs }) => atMs >= sinceMs)
  const waits = counted.map((call) => {
    const offered = offeredAtMs.get(markerOf(call))
    return offered === undefined ? undefined : offered - call.atMs
  })
  const inviteToInviteMs = waits.filter((wait) => wait !== undefined)
  return {
    inviteToInviteMs,
    neverOffered: waits.length - inviteToInviteMs.length,
    freeToInviteMs: freeToInvite(packets, offers, waitingCallers(calls, offeredAtMs), sinceMs),
  }
}

function freeToInvite(
  packets: readonly SipPacket[],
  offers: readonly SipPacket[],
  waitingAt: (atMs: number) => number,
  sinceMs: number,
): number[] {
  const agentOfCall = new Map(offers.map(({ callId, requestUser }) => [callId, requestUser]))
  const freeSince = new Map<string, number>()
  const ended = new Set<string>()
  const waits: number[] = []
  for (const { method, callId, atMs, requestUser } of packets) {
    const agent = agentOfCall.get(callId)
    if (agent === undefined) continue
    if (method === 'BYE' && !seenBefore(ended, callId)) freeSince.set(agent, atMs)
    const free = freeSince.get(requestUser)
    if (method !== 'INVITE' || free === undefined) continue
    freeSince.delete(requestUser)
    if (free >= sinceMs && waitingAt(free) > 0) waits.push(atMs - free)
  }
  return waits
}

/** How many callers had called but had not been offered to anybody, at a moment. */
function waitingCallers(
  calls: readonly SipPacket[],
  offeredAtMs: ReadonlyMap<string, number>,
): (atMs: number) => number {
  const spans = calls.map((call) => ({ fromMs: call.atMs, toMs: offeredAtMs.get(markerOf(call)) ?? Infinity }))
  return (atMs) => spans.filter(({ fromMs, toMs }) => fromMs < atMs && toMs > atMs).length
}

function markerOf({ fromUser }: SipPacket): string {
  return fromUser.replaceAll(/\D/g, '').slice(-markerDigits)
}

function seenBefore(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return true
  seen.add(key)
  return false
}
