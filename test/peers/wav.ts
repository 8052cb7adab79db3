import { telephoneRateHz } from './tone.ts'

/** The samples of a WAV file (PCM, 16 bits, one channel, 8 kHz), as Asterisk records them. */
export function wavSamples(file: Buffer): Int16Array {
  const isWav = file.subarray(0, 4).toString() === 'RIFF' && file.subarray(8, 12).toString() === 'WAVE'
  if (!isWav) throw new Error(`no WAV file: it begins with ${file.subarray(0, 12).toString('latin1')}`)
  const [channels, rateHz, bits] = [file.readUInt16LE(22), file.readUInt32LE(24), file.readUInt16LE(34)]
  if (channels !== 1 || rateHz !== telephoneRateHz || bits !== 16)
    throw new Error(`not telephone audio: ${channels} channels, ${rateHz} Hz, ${bits} bits`)
  const data = file.subarray(44)
  return Int16Array.from({ length: Math.floor(data.length / 2) }, (_, index) => data.readInt16LE(index * 2))
}

export const samplesMs = (samples: Int16Array): number => Math.round((samples.length * 1000) / telephoneRateHz)
