import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { startPeerProcess } from '../../peers/peer-process.ts'
import { eventually } from '../../peers/poll.ts'
import { parseCapture, type SipPacket } from './sip-packet.ts'

export type Capture = AsyncDisposable & {
  /** Ends the capture and gives its INVITEs and BYEs. */
  finish(): Promise<SipPacket[]>
}

/** The first four bytes of a UDP payload, as tcpdump compares them. */
const startsWith = (word: string) => `udp[8:4] = 0x${Buffer.from(word).toString('hex')}`

/** Captures the INVITEs and BYEs of SIP ports with the kernel's time stamps; needs the right to capture (root). */
export async function startCapture(sipPorts: readonly number[]): Promise<Capture> {
  const folder = mkdtempSync(join(tmpdir(), 'centralita-capture-'))
  const file = join(folder, 'sip.pcap')
  const filter = `(${sipPorts.map((port) => `udp port ${port}`).join(' or ')}) and (${startsWith('INVI')} or ${startsWith('BYE ')})`
  const tcpdump = await startPeerProcess({
    program: 'tcpdump',
    debianPackage: 'tcpdump',
    // -Z: as root tcpdump would become another user, who may not write here.
    args: ['-i', 'lo', '-n', '-U', '-s', '1600', '-Z', userInfo().username, '-w', file, filter],
    cwd: folder,
    logFile: join(folder, 'log'),
  })
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    await eventually(() => !tcpdump.isRunning() || tcpdump.logTail().includes('listening on'), {
      withinMs: 10_000,
      everyMs: 20,
      what: 'tcpdump listening',
    })
    if (!tcpdump.isRunning()) throw new Error(`tcpdump can't capture here: ${tcpdump.logTail()}`)
  } catch (error) {
    await tcpdump.stop('SIGKILL')
    remove()
    throw error
  }
  return {
    finish: async () => {
      await tcpdump.stop('SIGINT')
      const dropped = Number(/(\d+) packets? dropped by kernel/.exec(tcpdump.logTail())?.[1] ?? 0)
      if (dropped > 0) throw new Error(`the capture lost ${dropped} packets: its latencies are worth nothing`)
      return parseCapture(readFileSync(file))
    },
    [Symbol.asyncDispose]: async () => {
      await tcpdump.stop('SIGKILL')
      remove()
    },
  }
}
