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

type WavFormat = Readonly<{
  rateHz: number
  channels?: number
  bits?: number
  /** Of the format: 1 is PCM, 3 floating point, 85 MP3. */
  code?: number
  /** Written the long way, as studios do. */
  extensible?: boolean
  hz?: number
  ms?: number
}>

/** A WAV file that holds a sine of half the full scale in each of its channels. */
export function wavFile(format: WavFormat): Buffer {
  const { rateHz, channels = 1, bits = 16, code = 1, extensible = false, hz = 440, ms = 500 } = format
  const sampleBytes = Math.ceil(bits / 8)
  const frames = Math.round((rateHz * ms) / 1000)
  const data = Buffer.alloc(frames * channels * sampleBytes)
  for (let index = 0; index < frames * channels; index += 1) {
    const value = 0.5 * Math.sin((2 * Math.PI * hz * Math.floor(index / channels)) / rateHz)
    const offset = index * sampleBytes
    if (code === 3) data.writeFloatLE(value, offset)
    else if (bits === 8) data.writeUInt8(128 + Math.round(value * 127), offset)
    else data.writeIntLE(Math.round(value * (2 ** (sampleBytes * 8 - 1) - 1)), offset, sampleBytes)
  }
  const about = Buffer.alloc(extensible ? 40 : 16)
  about.writeUInt16LE(extensible ? 0xfffe : code, 0)
  about.writeUInt16LE(channels, 2)
  about.writeUInt32LE(rateHz, 4)
  about.writeUInt32LE(rateHz * channels * sampleBytes, 8)
  about.writeUInt16LE(channels * sampleBytes, 12)
  about.writeUInt16LE(bits, 14)
  if (extensible) about.writeUInt16LE(code, 24)
  // Beside the sound, what programs like to say of themselves, of an odd length.
  const chunks = [chunk('LIST', Buffer.from('INFO!')), chunk('fmt ', about), chunk('data', data)]
  return chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), ...chunks]))
}

function chunk(kind: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.write(kind, 'latin1')
  head.writeUInt32LE(content.length, 4)
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)])
}
