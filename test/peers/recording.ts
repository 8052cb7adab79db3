import { openSync, readSync, closeSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { telephoneRateHz } from './tone.ts'

/** Bytes before the samples in the WAV files of baresip's sndfile module (PCM, 16 bits, one channel). */
const wavHeaderBytes = 44
const bytesPerSample = 2

export type RecordingMark = { file: string; bytes: number }

/** What a phone hears, read from the files that baresip still writes: one `…-dec.wav` per call. */
export class Recording {
  private readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** The present end of the recording, to ask later what came after it. */
  mark(): RecordingMark {
    const newest = this.newest()
    return newest === undefined ? { file: '', bytes: 0 } : { file: newest.file, bytes: newest.bytes }
  }

  /** The samples heard after the mark; of a newer call all of them. */
  since(mark: RecordingMark): Int16Array {
    const newest = this.newest()
    if (newest === undefined) return new Int16Array(0)
    return readSamples(newest.file, newest.file === mark.file ? mark.bytes : wavHeaderBytes, newest.bytes)
  }

  /** The samples of the last `windowMs` of real time; where nothing arrived there are fewer. */
  last(windowMs: number): Int16Array {
    const newest = this.newest()
    if (newest === undefined) return new Int16Array(0)
    const heardMs = Math.max(0, windowMs - (Date.now() - newest.writtenAtMs))
    const bytes = Math.floor((heardMs * telephoneRateHz) / 1000) * bytesPerSample
    return readSamples(newest.file, Math.max(wavHeaderBytes, newest.bytes - bytes), newest.bytes)
  }

  private newest(): { file: string; bytes: number; writtenAtMs: number } | undefined {
    return readdirSync(this.folder)
      .filter((name) => name.endsWith('-dec.wav'))
      .map((name) => {
        const file = join(this.folder, name)
        const { size, mtimeMs } = statSync(file)
        const dataBytes = Math.max(0, size - wavHeaderBytes)
        return { file, bytes: wavHeaderBytes + dataBytes - (dataBytes % bytesPerSample), writtenAtMs: mtimeMs }
      })
      .sort((one, other) => other.writtenAtMs - one.writtenAtMs)[0]
  }
}

function readSamples(file: string, fromByte: number, toByte: number): Int16Array {
  const length = Math.max(0, Math.floor((toByte - fromByte) / bytesPerSample))
  const bytes = Buffer.alloc(length * bytesPerSample)
  const descriptor = openSync(file, 'r')
  try {
    readSync(descriptor, bytes, 0, bytes.length, fromByte)
  } finally {
    closeSync(descriptor)
  }
  return Int16Array.from({ length }, (_, index) => bytes.readInt16LE(index * bytesPerSample))
}
