/** Brings speech to the phone's rate: a windowed sinc low-pass evaluated where the new samples fall. */
import type { Sound } from './audio.ts'

/** Zero crossings on each side of the kernel: enough to keep aliases below what G.711 adds itself. */
const crossings = 16
/** Of the new Nyquist frequency: leaves room for the filter's slope. */
const passband = 0.92
/** Kernels are tabulated for this many positions between two samples. */
const phases = 256

export function resample(sound: Sound, rateHz: number): Sound {
  const work = resampling(sound, rateHz)
  for (let step = work.next(); ; step = work.next()) if (step.done === true) return step.value
}

/** The same with a pause after each `atOnce` new samples, for what is long. */
export function* resampling(
  { sampleRateHz, samples }: Sound,
  rateHz: number,
  atOnce = Infinity,
): Generator<void, Sound> {
  if (sampleRateHz === rateHz) return { sampleRateHz, samples }
  const ratio = sampleRateHz / rateHz
  const cutoff = Math.min(1, 1 / ratio) * passband
  const reach = Math.ceil(crossings / cutoff)
  const kernels = Array.from({ length: phases }, (_, phase) => kernelAt(phase / phases, reach, cutoff))
  const result = new Int16Array(Math.floor(samples.length / ratio))
  for (let i = 0; i < result.length; i += 1) {
    const position = i * ratio
    const whole = Math.floor(position)
    const kernel = kernels[Math.floor((position - whole) * phases)]
    if (kernel) result[i] = clip(convolve(samples, kernel, whole - reach + 1))
    if (i % atOnce === atOnce - 1) yield
  }
  return { sampleRateHz: rateHz, samples: result }
}

/** Blackman window over a sinc, normalised so that silence stays silence and loudness stays. */
function kernelAt(fraction: number, reach: number, cutoff: number): Float64Array {
  const taps = Float64Array.from({ length: reach * 2 }, (_, tap) => {
    const distance = tap - reach + 1 - fraction
    const phase = (distance + reach) / (2 * reach)
    const window = 0.42 - 0.5 * Math.cos(2 * Math.PI * phase) + 0.08 * Math.cos(4 * Math.PI * phase)
    return sinc(distance * cutoff) * window
  })
  const sum = taps.reduce((total, tap) => total + tap, 0)
  return taps.map((tap) => tap / sum)
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

function convolve(samples: Int16Array, kernel: Float64Array, start: number): number {
  let sum = 0
  for (let tap = 0; tap < kernel.length; tap += 1) sum += (samples[start + tap] ?? 0) * (kernel[tap] ?? 0)
  return sum
}

function clip(value: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(value)))
}
