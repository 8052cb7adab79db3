/** Samples per second of telephone audio (G.711). */
export const telephoneRateHz = 8000

/** Root mean square below which audio counts as silence: about -50 dB under full scale. */
const silenceRms = 100

/**
 * How much of the signal's power is one sine, by the Goertzel algorithm: 1 is that tone alone, 0.5 is two equal tones.
 * Silence gives 0.
 */
export function toneShare(samples: Int16Array, hz: number, rateHz = telephoneRateHz): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / rateHz)
  let previous = 0
  let beforePrevious = 0
  let energy = 0
  for (const sample of samples) {
    const current = sample + coefficient * previous - beforePrevious
    beforePrevious = previous
    previous = current
    energy += sample * sample
  }
  if (samples.length === 0 || energy < samples.length * silenceRms ** 2) return 0
  const power = previous ** 2 + beforePrevious ** 2 - coefficient * previous * beforePrevious
  return Math.min(1, (2 * power) / (samples.length * energy))
}

export type ToneWatch = {
  hz: number
  /** Least share of a block's power that counts as hearing the tone, 0 to 1, default 0.25 (audible beside another). */
  minShare?: number
}

/** Length of the blocks that `toneMs` judges one by one: 10 Hz of resolution. */
const blockMs = 100

/** For how many milliseconds of the audio the tone can be heard, in blocks of 100 ms. */
export function toneMs(samples: Int16Array, watch: ToneWatch, rateHz = telephoneRateHz): number {
  const blockLength = (rateHz * blockMs) / 1000
  let heardMs = 0
  for (let start = 0; start + blockLength <= samples.length; start += blockLength) {
    const share = toneShare(samples.subarray(start, start + blockLength), watch.hz, rateHz)
    if (share >= (watch.minShare ?? 0.25)) heardMs += blockMs
  }
  return heardMs
}

/** For how many milliseconds of the audio anything can be heard, in blocks of 100 ms. */
export function soundMs(samples: Int16Array, rateHz = telephoneRateHz): number {
  const blockLength = (rateHz * blockMs) / 1000
  let heardMs = 0
  for (let start = 0; start + blockLength <= samples.length; start += blockLength) {
    let energy = 0
    for (const sample of samples.subarray(start, start + blockLength)) energy += sample * sample
    if (energy >= blockLength * silenceRms ** 2) heardMs += blockMs
  }
  return heardMs
}

/** A sine of the given frequency at a quarter of full scale. */
export function sine(hz: number, durationMs: number, rateHz = telephoneRateHz): Int16Array {
  const length = Math.round((rateHz * durationMs) / 1000)
  return Int16Array.from({ length }, (_, index) => Math.round(8192 * Math.sin((2 * Math.PI * hz * index) / rateHz)))
}

/** G.711 mu-law, one byte a sample (ITU-T G.711). */
export function encodeMuLaw(samples: Int16Array): Uint8Array {
  return Uint8Array.from(samples, muLawByte)
}

function muLawByte(sample: number): number {
  const bias = 132
  const magnitude = Math.min(Math.abs(sample), 32635) + bias
  const exponent = Math.floor(Math.log2(magnitude)) - 7
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff
}

export function decodeMuLaw(bytes: Uint8Array): Int16Array {
  return Int16Array.from(bytes, (byte) => {
    const value = ~byte & 0xff
    const magnitude = ((((value & 0x0f) << 3) + 0x84) << ((value >> 4) & 0x07)) - 0x84
    return (value & 0x80) === 0 ? magnitude : -magnitude
  })
}
