/** Recordings as Asterisk keeps them, fetched over ARI so that it may live on another machine. */
import { Readable } from 'node:stream'
import type { Ari } from './ari/operations.ts'

export function voiceRecordings(ari: Ari) {
  return {
    async open(recordingId: string) {
      const { status, body } = await ari.recordingFile(recordingId)
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
