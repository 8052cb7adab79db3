/** What Asterisk has of a message, asked when its event may have been missed. */
import type { Ari } from './ari/operations.ts'

// What `format: wav` gives: 8,000 samples of 16 bits a second after a header of 44 bytes.
const headerBytes = 44
const bytesPerMs = 16

/** Its length in ms once it is complete; null: there is none. The file's own size counts: a crash leaves its header empty. */
export async function messageLength(ari: Ari, recordingId: string): Promise<number | 'recording' | null> {
  if (await ari.isRecording(recordingId)) return 'recording'
  const { status, body } = await ari.recordingFile(recordingId)
  const ms = Math.round((body.length - headerBytes) / bytesPerMs)
  return status === 200 && ms > 0 ? ms : null
}
