/** A WAV file as people's programs write it -> what a telephone plays: 8 kHz, one channel. */
import { setImmediate } from 'node:timers/promises'
import { ApiError, invalid } from '../../platform/http/errors.ts'
import { phoneRateHz, type Sound } from '../speech/audio.ts'
import { resampling } from '../speech/resample.ts'

export const mostSeconds = 180
const leastMs = 100
const ratesHz = { least: 8_000, most: 96_000 }
/** What is worked on at once, for calls need the same core: about two milliseconds. */
const framesAtOnce = 50_000
const samplesAtOnce = 4_000

const advice = 'save it as WAV (PCM, 16 bit, mono) and upload that'

/** @throws ApiError saying what to change in the file */
export async function phoneSound(file: Buffer): Promise<Sound> {
  const recorded = await decoded(file)
  const work = resampling(recorded, phoneRateHz, samplesAtOnce)
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value
    await setImmediate()
  }
}

type Format = Readonly<{ code: number; channels: number; rateHz: number; bits: number }>

async function decoded(file: Buffer): Promise<Sound> {
  const { format, data } = chunksOf(file)
  const read = sampleReader(format)
  const frameBytes = (format.channels * format.bits) / 8
  const frames = Math.floor(data.length / frameBytes)
  const ms = (frames * 1_000) / format.rateHz
  if (ms > mostSeconds * 1_000)
    throw invalid(`this sound lasts ${Math.ceil(ms / 1_000)} seconds, and ${mostSeconds} are the most: shorten it`)
  if (ms < leastMs) throw invalid('there is no sound in this file: record it again')
  const samples = new Int16Array(frames)
  for (let begin = 0; begin < frames; begin += framesAtOnce) {
    for (let frame = begin; frame < Math.min(begin + framesAtOnce, frames); frame += 1) {
      let sum = 0
      for (let channel = 0; channel < format.channels; channel += 1)
        sum += read(data, frame * frameBytes + (channel * format.bits) / 8)
      samples[frame] = Math.max(-32_768, Math.min(32_767, Math.round(sum / format.channels)))
    }
    await setImmediate()
  }
  return { sampleRateHz: format.rateHz, samples }
}

/** The data chunk of a stream has no true length, so it ends where the file does. */
function chunksOf(file: Buffer): { format: Format; data: Buffer } {
  const isWav = file.toString('latin1', 0, 4) === 'RIFF' && file.toString('latin1', 8, 12) === 'WAVE'
  if (!isWav) throw wrongKind(`this is ${kindOf(file)}`)
  let format: Format | null = null
  for (let offset = 12; offset + 8 <= file.length;) {
    const kind = file.toString('latin1', offset, offset + 4)
    const start = offset + 8
    const end = Math.min(start + file.readUInt32LE(offset + 4), file.length)
    if (kind === 'fmt ' && end - start >= 16) format = formatIn(file.subarray(start, end))
    if (kind === 'data' && format !== null) return { format, data: file.subarray(start, end) }
    offset = end + ((end - start) % 2)
  }
  throw wrongKind('this WAV file is broken')
}

/** Of WAVE_FORMAT_EXTENSIBLE, which multichannel and high-resolution programs write, the first two bytes of the sub-format count. */
function formatIn(chunk: Buffer): Format {
  const code = chunk.readUInt16LE(0)
  const isExtensible = code === 0xfffe && chunk.length >= 26
  return {
    code: isExtensible ? chunk.readUInt16LE(24) : code,
    channels: chunk.readUInt16LE(2),
    rateHz: chunk.readUInt32LE(4),
    bits: chunk.readUInt16LE(14),
  }
}

type ReadSample = (data: Buffer, offset: number) => number

const pcmReaders: Readonly<Record<number, ReadSample>> = {
  8: (data, offset) => (data.readUInt8(offset) - 128) * 256,
  16: (data, offset) => data.readInt16LE(offset),
  24: (data, offset) => data.readIntLE(offset, 3) / 256,
  32: (data, offset) => data.readInt32LE(offset) / 65_536,
}

function sampleReader({ code, channels, rateHz, bits }: Format): ReadSample {
  const reader = code === 1 ? pcmReaders[bits] : code === 3 && bits === 32 ? readFloat : undefined
  if (reader === undefined) throw wrongKind(`this WAV file is compressed, or of ${bits} bits`)
  if (channels < 1 || channels > 2) throw wrongKind(`this WAV file has ${channels} channels`)
  if (rateHz < ratesHz.least || rateHz > ratesHz.most)
    throw wrongKind(`this WAV file has ${rateHz} samples a second, and ${ratesHz.least} to ${ratesHz.most} are taken`)
  return reader
}

const readFloat: ReadSample = (data, offset) => data.readFloatLE(offset) * 32_767

function kindOf(file: Buffer): string {
  const begin = file.toString('latin1', 0, 4)
  if (begin.startsWith('ID3') || (file[0] === 0xff && ((file[1] ?? 0) & 0xe0) === 0xe0)) return 'an MP3 file'
  if (begin === 'OggS') return 'an Ogg file'
  if (begin === 'fLaC') return 'a FLAC file'
  if (file.toString('latin1', 4, 8) === 'ftyp') return 'an M4A file'
  return 'no WAV file'
}

const wrongKind = (what: string): ApiError => new ApiError(415, 'sound-kind', `${what}: ${advice}`)
