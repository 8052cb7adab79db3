/** An INVITE or BYE on the wire. */
export type SipPacket = {
  /** Since the epoch, to the microsecond. */
  atMs: number
  fromPort: number
  toPort: number
  method: string
  /** User part of the request URI. */
  requestUser: string
  /** User part of the From header: the caller's number. */
  fromUser: string
  callId: string
}

const pcapHeaderBytes = 24
const recordHeaderBytes = 16
const ethernetHeaderBytes = 14
const udpHeaderBytes = 8
const littleEndianMicroseconds = 0xa1b2c3d4

/** Reads a pcap file of UDP over IPv4 over Ethernet, which the loopback interface pretends to be. */
export function parseCapture(pcap: Buffer): SipPacket[] {
  if (pcap.readUInt32LE(0) !== littleEndianMicroseconds) throw new Error('not a pcap file of this machine')
  const packets: SipPacket[] = []
  let offset = pcapHeaderBytes
  while (offset + recordHeaderBytes <= pcap.length) {
    const length = pcap.readUInt32LE(offset + 8)
    const start = offset + recordHeaderBytes
    if (start + length > pcap.length) break
    const atMs = pcap.readUInt32LE(offset) * 1000 + pcap.readUInt32LE(offset + 4) / 1000
    const packet = parseSipPacket(atMs, pcap.subarray(start, start + length))
    if (packet !== undefined) packets.push(packet)
    offset = start + length
  }
  return packets
}

function parseSipPacket(atMs: number, frame: Buffer): SipPacket | undefined {
  const ipHeaderBytes = (frame.readUInt8(ethernetHeaderBytes) & 0x0f) * 4
  const udp = ethernetHeaderBytes + ipHeaderBytes
  const text = frame.toString('latin1', udp + udpHeaderBytes)
  const [, method, requestUser] = /^([A-Z]+) sips?:([^@;> ]*)/.exec(text) ?? []
  const fromUser = /^(?:From|f) *:[^\r\n]*?sips?:([^@>;\r\n]*)@/im.exec(text)?.[1]
  const callId = /^(?:Call-ID|i) *: *(\S+)/im.exec(text)?.[1]
  if (method === undefined || requestUser === undefined || callId === undefined) return undefined
  return {
    atMs,
    fromPort: frame.readUInt16BE(udp),
    toPort: frame.readUInt16BE(udp + 2),
    method,
    requestUser,
    fromUser: fromUser ?? '',
    callId,
  }
}
