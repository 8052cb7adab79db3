import { describe, expect, it } from 'vitest'
import { encodeMuLaw, sine, toneMs, toneShare } from '../../peers/tone.ts'

function mix(...parts: Int16Array[]): Int16Array {
  const length = Math.max(...parts.map((part) => part.length))
  return Int16Array.from({ length }, (_, index) => parts.reduce((sum, part) => sum + (part[index] ?? 0), 0))
}

function join(...parts: Int16Array[]): Int16Array {
  return Int16Array.from(parts.flatMap((part) => [...part]))
}

describe('toneShare', () => {
  it('is near one for the tone alone, also between whole periods', () => {
    for (const hz of [300, 440, 443.7, 1000, 1633, 3100]) expect(toneShare(sine(hz, 100), hz)).toBeGreaterThan(0.95)
  })

  it('is near zero for another tone', () => {
    for (const hz of [300, 500, 880, 2000]) expect(toneShare(sine(440, 100), hz)).toBeLessThan(0.05)
  })

  it('shares the power between tones that sound together', () => {
    const both = mix(sine(440, 200), sine(1000, 200))
    expect(toneShare(both, 440)).toBeCloseTo(0.5, 1)
    expect(toneShare(both, 1000)).toBeCloseTo(0.5, 1)
  })

  it('is zero for silence, for a whisper below the floor and for no audio', () => {
    expect(toneShare(new Int16Array(800), 440)).toBe(0)
    expect(
      toneShare(
        Int16Array.from(sine(440, 100), (sample) => sample >> 7),
        440,
      ),
    ).toBe(0)
    expect(toneShare(new Int16Array(0), 440)).toBe(0)
  })

  it('is low for noise', () => {
    let seed = 1
    const noise = Int16Array.from({ length: 1600 }, () => {
      seed = (seed * 48271) % 2147483647
      return (seed % 20000) - 10000
    })
    expect(toneShare(noise, 440)).toBeLessThan(0.05)
  })
})

describe('toneMs', () => {
  it('counts only the time in which the tone sounds', () => {
    const audio = join(new Int16Array(8000), sine(440, 500), sine(1000, 700))
    expect(toneMs(audio, { hz: 440 })).toBe(500)
    expect(toneMs(audio, { hz: 1000 })).toBe(700)
    expect(toneMs(audio, { hz: 2000 })).toBe(0)
  })

  it('hears a tone beside an equally loud one unless the tone must be alone', () => {
    const both = mix(sine(440, 1000), sine(1000, 1000))
    expect(toneMs(both, { hz: 440 })).toBe(1000)
    expect(toneMs(both, { hz: 440, minShare: 0.8 })).toBe(0)
  })
})

describe('encodeMuLaw', () => {
  it('gives the bytes of the standard', () => {
    expect([...encodeMuLaw(Int16Array.from([0, -1, 32767, -32768, 132, 1000]))]).toEqual([
      0xff, 0x7f, 0x80, 0x00, 0xef, 0xce,
    ])
  })
})
