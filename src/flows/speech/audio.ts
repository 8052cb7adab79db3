/** Sound in memory, and the two file formats that a phone plays without help: 16-bit WAV and raw µ-law. */

/** Mono. */
export type Sound = Readonly<{ sampleRateHz: number; samples: Int16Array }>

/** What telephony plays. */
export const phoneRateHz = 8000

/** Of what `writeWav` writes. */
export const wavHeaderBytes = 44

/** Mono 16-bit PCM only. The data chunk of a stream has no true length, so it ends where the file does. */
export function readWav(file: Buffer): Sound {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE')
    throw new Error('not a WAV file')
  let sampleRateHz = 0
  for (let offset = 12; offset + 8 <= file.length;) {
    const kind = file.toString('latin1', offset, offset + 4)
    const length = file.readUInt32LE(offset + 4)
    const start = offset + 8
    if (kind === 'fmt ') {
      const [format, channels, bits] = [
        file.readUInt16LE(start),
        file.readUInt16LE(start + 2),
        file.readUInt16LE(start + 14),
      ]
      if (format !== 1 || channels !== 1 || bits !== 16) throw new Error('not a mono 16-bit PCM WAV file')
      sampleRateHz = file.readUInt32LE(start + 4)
    }
    if (kind === 'data') {
      const end = Math.min(start + length, file.length)
      const samples = new Int16Array(Math.floor((end - start) / 2))
      for (let i = 0; i < samples.length; i += 1) samples[i] = file.readInt16LE(start + i * 2)
      if (sampleRateHz > 0) return { sampleRateHz, samples }
    }
    offset = start + length + (length % 2)
  }
  throw new Error('a WAV file without sound')
}

export function writeWav({ sampleRateHz, samples }: Sound): Buffer {
  const file = Buffer.alloc(wavHeaderBytes + samples.length * 2)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(file.length - 8, 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(sampleRateHz, 24)
  file.writeUInt32LE(sampleRateHz * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(samples.length * 2, 40)
  for (const [i, sample] of samples.entries()) file.writeInt16LE(sample, wavHeaderBytes + i * 2)
  return file
}

/** ITU-T G.711 µ-law, a byte a sample. */
export function writeUlaw({ samples }: Sound): Buffer {
  return Buffer.from(Uint8Array.from(samples, ulawOf))
}

const bias = 0x84
const loudest = 32635

function ulawOf(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0
  const magnitude = Math.min(Math.abs(sample), loudest) + bias
  const exponent = Math.max(0, 31 - Math.clz32(magnitude) - 7)
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f
  return ~(sign | (exponent << 4) | mantissa) & 0xff
}

/** What a caller hears in place of words that can't be spoken: a short tone, so that the line isn't dead. */
export function attentionTone(): Sound {
  const samples = new Int16Array(phoneRateHz * 0.4)
  const fade = 400
  for (let i = 0; i < samples.length; i += 1) {
    const edge = Math.min(1, i / fade, (samples.length - i) / fade)
    samples[i] = Math.round(Math.sin((2 * Math.PI * 440 * i) / phoneRateHz) * 6000 * edge)
  }
  return { sampleRateHz: phoneRateHz, samples }
}
