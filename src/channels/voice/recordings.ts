/** Recordings as Asterisk keeps them, fetched over ARI so that it may live on another machine. */
import { Readable } from 'node:stream'
import type { Nodes } from './nodes.ts'

export function voiceRecordings(nodes: Nodes) {
  return {
    async open(recordingId: string) {
      const { status, body } = await fileOf(nodes, recordingId)
      if (status === 404) return { missing: 'Asterisk has no such recording: it was deleted, or nothing was said' }
      if (status !== 200) return { missing: 'Asterisk does not answer: try again in a moment' }
      return {
        contentType: 'audio/wav',
        bytes: body.length,
        read: (range?: { from: number; to: number }) =>
          Readable.from([range === undefined ? body : body.subarray(range.from, range.to + 1)]),
      }
    },
  }
}

/** From whichever node has it. */
async function fileOf(nodes: Nodes, recordingId: string): Promise<{ status: number; body: Buffer }> {
  let last: { status: number; body: Buffer } = { status: 404, body: Buffer.alloc(0) }
  for (const node of nodes.all) {
    const file = await node.ari.recordingFile(recordingId)
    if (file.status === 200) return file
    // One that doesn't answer may have it.
    if (last.status === 404) last = file
  }
  return last
}
