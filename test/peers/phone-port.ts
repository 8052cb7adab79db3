import { randomInt } from 'node:crypto'
import { isFree } from '../../src/supervisor/free-port.ts'

const host = '127.0.0.1'
/** Below those that the system hands out, and beside what is used for RTP: nobody else's connection takes them meanwhile. */
const lowest = 24_000
const highest = 29_998

/** Where a telephone takes calls without registering (baresip: UDP and TCP, TLS at the next one), or takes its orders. */
export async function phonePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest)
    if ((await isFree('udp', host, port)) && (await isFree('tcp', host, port)) && (await isFree('tcp', host, port + 1)))
      return port
  }
}
