import { describe, expect, it } from 'vitest'
import { measureOffers } from '../../load/calls/latency.ts'
import type { SipPacket } from '../../load/calls/sip-packet.ts'

const ports = { asterisk: 5060, agents: 6000 }

function invite(atMs: number, number: string, agent?: string): SipPacket {
  const toAgent = agent !== undefined
  return {
    atMs,
    method: 'INVITE',
    fromPort: toAgent ? ports.asterisk : 7000,
    toPort: toAgent ? ports.agents : ports.asterisk,
    requestUser: agent ?? '1000',
    fromUser: number,
    callId: toAgent ? `${agent}-${number}` : number,
  }
}

function agentBye(atMs: number, number: string, agent: string): SipPacket {
  const call = invite(atMs, number, agent)
  return { ...call, method: 'BYE', fromPort: ports.agents, toPort: ports.asterisk, requestUser: '' }
}

describe('measureOffers', () => {
  it('matches a caller with the first agent rung for them, however the number is written', () => {
    const packets = [
      invite(100, '+40720000001'),
      invite(101, '+40720000002'),
      invite(105, '0720000002', 'bob'),
      invite(130, '0720000001', 'ana'),
      invite(500, '0720000001', 'eva'),
    ]
    expect(measureOffers(packets, ports, 0)).toMatchObject({ inviteToInviteMs: [30, 4], neverOffered: 0 })
  })

  it('counts a retransmitted INVITE once and a caller whom nobody was rung for', () => {
    const packets = [
      invite(100, '+40720000001'),
      invite(600, '+40720000001'),
      invite(700, '+40720000001', 'ana'),
      invite(800, '+40720000002'),
    ]
    expect(measureOffers(packets, ports, 0)).toMatchObject({ inviteToInviteMs: [600], neverOffered: 1 })
  })

  it('leaves out the calls of the warm-up', () => {
    const packets = [
      invite(100, '+40720000001'),
      invite(110, '+40720000001', 'ana'),
      invite(2100, '+40720000002'),
      invite(2103, '+40720000002', 'bob'),
    ]
    expect(measureOffers(packets, ports, 2000).inviteToInviteMs).toEqual([3])
  })

  it('times a free agent to their next INVITE only if a caller was waiting when they became free', () => {
    const packets = [
      invite(0, '+40720000001'),
      invite(5, '+40720000001', 'ana'),
      invite(50, '+40720000002'),
      agentBye(100, '+40720000001', 'ana'),
      invite(108, '+40720000002', 'ana'),
      agentBye(200, '+40720000002', 'ana'),
      invite(900, '+40720000003'),
      invite(904, '+40720000003', 'ana'),
    ]
    expect(measureOffers(packets, ports, 0).freeToInviteMs).toEqual([8])
  })
})
