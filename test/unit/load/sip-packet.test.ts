import { describe, expect, it } from 'vitest'
import { parseCapture } from '../../load/calls/sip-packet.ts'

function record(atUs: number, payload: string): Buffer {
  const udp = Buffer.alloc(8)
  udp.writeUInt16BE(7000, 0)
  udp.writeUInt16BE(5060, 2)
  const ip = Buffer.alloc(20)
  ip.writeUInt8(0x45, 0)
  const frame = Buffer.concat([Buffer.alloc(14), ip, udp, Buffer.from(payload)])
  const header = Buffer.alloc(16)
  header.writeUInt32LE(Math.floor(atUs / 1e6), 0)
  header.writeUInt32LE(atUs % 1e6, 4)
  header.writeUInt32LE(frame.length, 8)
  header.writeUInt32LE(frame.length, 12)
  return Buffer.concat([header, frame])
}

function pcap(...records: Buffer[]): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  return Buffer.concat([header, ...records])
}

const invite = [
  'INVITE sip:m0007@127.0.0.1:6000;transport=UDP SIP/2.0',
  'Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1',
  'From: "Ana" <sip:+40720000001@127.0.0.1>;tag=1',
  'To: <sip:m0007@127.0.0.1>',
  'Call-ID: abc@127.0.0.1',
  '',
  '',
].join('\r\n')

describe('parseCapture', () => {
  it('reads requests with their time, ports and users', () => {
    const [packet] = parseCapture(pcap(record(1_700_000_000_123_456, invite)))
    expect(packet).toEqual({
      atMs: 1_700_000_000_123.456,
      fromPort: 7000,
      toPort: 5060,
      method: 'INVITE',
      requestUser: 'm0007',
      fromUser: '+40720000001',
      callId: 'abc@127.0.0.1',
    })
  })

  it('skips what is no request and a record that was cut off at the end', () => {
    const whole = pcap(record(1e6, 'SIP/2.0 200 OK\r\n\r\n'), record(2e6, invite), record(3e6, invite))
    expect(parseCapture(whole.subarray(0, whole.length - 10))).toHaveLength(1)
  })

  it('refuses another kind of file', () => {
    expect(() => parseCapture(Buffer.alloc(24))).toThrow('not a pcap file')
  })
})
