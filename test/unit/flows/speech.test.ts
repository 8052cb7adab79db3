import { mkdtemp, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { attentionTone, readWav, writeUlaw, writeWav } from '../../../src/flows/speech/audio.ts'
import type { Sound } from '../../../src/flows/speech/audio.ts'
import { createEspeak } from '../../../src/flows/speech/espeak.ts'
import { createPromptCache } from '../../../src/flows/speech/prompt-cache.ts'
import { spokenName } from '../../../src/flows/speech/recordings.ts'
import { resample } from '../../../src/flows/speech/resample.ts'
import { createSpeech } from '../../../src/flows/speech/speech.ts'
import type { TextToSpeech } from '../../../src/flows/speech/text-to-speech.ts'
import { createLoopbackSpeechInput } from './loopback-speech-input.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'speech-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function tone(hz: number, sampleRateHz: number, seconds = 0.5): Sound {
  const samples = Int16Array.from({ length: sampleRateHz * seconds }, (_, i) =>
    Math.round(10_000 * Math.sin((2 * Math.PI * hz * i) / sampleRateHz)),
  )
  return { sampleRateHz, samples }
}

/** How much of a frequency is in the middle of a sound, as an amplitude. */
function amplitude({ sampleRateHz, samples }: Sound, hz: number): number {
  const middle = samples.slice(samples.length * 0.2, samples.length * 0.8)
  let [re, im] = [0, 0]
  for (const [i, sample] of middle.entries()) {
    re += sample * Math.cos((2 * Math.PI * hz * i) / sampleRateHz)
    im += sample * Math.sin((2 * Math.PI * hz * i) / sampleRateHz)
  }
  return (2 * Math.hypot(re, im)) / middle.length
}

/** Counts what it speaks. */
function fakeSpeech(): TextToSpeech & { spoken: string[] } {
  const spoken: string[] = []
  return {
    spoken,
    voice: (language) => `fake/${language}`,
    synthesise(text) {
      spoken.push(text)
      return text === 'unspeakable' ? Promise.reject(new Error('no voice')) : Promise.resolve(tone(300, 22_050, 0.1))
    },
  }
}

describe('resampling to a phone’s rate', () => {
  it('keeps what a phone can carry, as loud as it was', () => {
    for (const hz of [200, 1000, 3000]) {
      const sound = resample(tone(hz, 22_050), 8000)
      expect(sound.samples.length).toBe(4000)
      expect(amplitude(sound, hz)).toBeGreaterThan(9700)
      expect(amplitude(sound, hz)).toBeLessThan(10_300)
    }
  })

  it('removes what would come back as a wrong tone', () => {
    for (const hz of [4600, 6000, 9000]) {
      const sound = resample(tone(hz, 22_050), 8000)
      const alias = Math.abs(hz - 8000)
      expect(amplitude(sound, alias)).toBeLessThan(20)
    }
  })
})

describe('sound files', () => {
  it('are the same read and written', () => {
    const sound = tone(440, 8000, 0.05)
    expect(readWav(writeWav(sound))).toEqual(sound)
  })

  it('are read to their end where a stream could not know its length', () => {
    const file = writeWav(tone(440, 22_050, 0.05))
    file.writeUInt32LE(0x7fff_f000, 40)
    expect(readWav(file).samples.length).toBe(Math.floor(22_050 * 0.05))
  })

  it('are refused when they are something else', () => {
    expect(() => readWav(Buffer.from('no sound at all, just text'))).toThrow('not a WAV file')
  })

  it('are µ-law as G.711 has it', () => {
    const samples = Int16Array.from([0, 8, -8, 1000, -1000, 32_767, -32_768])
    expect([...writeUlaw({ sampleRateHz: 8000, samples })]).toEqual([0xff, 0xfe, 0x7e, 0xce, 0x4e, 0x80, 0x00])
  })

  it('have a tone for what can’t be said', () => {
    expect(amplitude(attentionTone(), 440)).toBeGreaterThan(5000)
  })
})

describe('the prompt cache', () => {
  it('speaks a text once, as 16-bit WAV at 8 kHz', async () => {
    const speech = fakeSpeech()
    const cache = createPromptCache(folder, speech)
    const [one, two] = await Promise.all([cache.fileOf('Hello', 'en'), cache.fileOf('Hello', 'en')])
    const again = await createPromptCache(folder, speech).fileOf('Hello', 'en')
    expect([two, again]).toEqual([one, one])
    expect(speech.spoken).toEqual(['Hello'])
    expect(readWav(await readFile(`${one}.wav`)).sampleRateHz).toBe(8000)
    expect(await cache.fileOf('Hello', 'ro')).not.toBe(one)
  })

  it('throws away what nobody heard for a week', async () => {
    const cache = createPromptCache(folder, fakeSpeech())
    const old = await cache.fileOf('Old', 'en')
    await cache.fileOf('New', 'en')
    const now = Date.now()
    const longAgo = new Date(now - 8 * 86_400_000)
    await utimes(`${old}.wav`, longAgo, longAgo)
    expect(await cache.prune(now)).toBe(1)
    expect(await readdir(folder)).toHaveLength(1)
  })
})

describe('speech', () => {
  const errors: string[] = []
  const log = {
    warn: () => undefined,
    error: (fields: object) => void errors.push(JSON.stringify(fields)),
  }
  const speechWith = (textToSpeech: TextToSpeech) =>
    createSpeech({ dataDir: join(folder, 'data'), scriptsDir: join(folder, 'scripts'), log, textToSpeech })
  beforeEach(() => {
    errors.length = 0
  })

  it('speaks words, digits, dates and amounts in their language', async () => {
    const fake = fakeSpeech()
    const media = await speechWith(fake).render([
      { kind: 'text', text: ' Suma: ', language: 'ro' },
      { kind: 'money', amount: 20, currency: 'RON', language: 'ro' },
      { kind: 'digits', digits: '12', language: 'ro' },
      { kind: 'date', date: '2026-03-03', language: 'pl' },
      { kind: 'text', text: '', language: 'ro' },
    ])
    expect(media).toHaveLength(4)
    expect(media.every((uri) => uri.startsWith(`sound:${folder}/data/prompts/`) && !uri.endsWith('.wav'))).toBe(true)
    // Side by side, so in any order; the media above are in the order of the utterances.
    expect(new Set(fake.spoken)).toEqual(new Set(['Suma:', '20 de lei românești', '1, 2', '3 marca 2026']))
  })

  it('prefers recordings: a sound in its language, a text spoken beforehand', async () => {
    const prompts = join(folder, 'scripts', 'prompts')
    for (const name of ['ro/chime.wav', 'chime.wav', `${spokenName('Hello', 'en')}.ulaw`]) {
      await mkdir(join(prompts, name, '..'), { recursive: true })
      await writeFile(join(prompts, name), '')
    }
    const fake = fakeSpeech()
    const media = await speechWith(fake).render([
      { kind: 'sound', file: 'chime', language: 'ro' },
      { kind: 'sound', file: 'chime', language: 'pl' },
      { kind: 'text', text: 'Hello', language: 'en' },
    ])
    expect(media).toEqual([
      `sound:${prompts}/ro/chime`,
      `sound:${prompts}/chime`,
      `sound:${prompts}/${spokenName('Hello', 'en')}`,
    ])
    expect(fake.spoken).toEqual([])
  })

  it('plays a tone for what can’t be spoken, and says why once', async () => {
    const speech = speechWith(fakeSpeech())
    const unspeakable = { kind: 'text', text: 'unspeakable', language: 'en' } as const
    const media = await speech.render([unspeakable, unspeakable, { kind: 'sound', file: 'nothing', language: 'en' }])
    expect(new Set(media)).toEqual(new Set([`sound:${folder}/data/prompts/attention`]))
    expect(readWav(await readFile(join(folder, 'data/prompts/attention.wav'))).samples.length).toBe(3200)
    expect(errors).toHaveLength(2)
  })

  it('tells an admin what to install', async () => {
    await expect(createEspeak(155, 'no-such-program').synthesise('Hello', 'en')).rejects.toThrow(
      'apt install espeak-ng',
    )
  })

  it('speaks the demo’s menu without any text to speech', async () => {
    const scriptsDir = new URL('../../../ivr-scripts', import.meta.url).pathname
    const fake = fakeSpeech()
    const speech = createSpeech({ dataDir: folder, scriptsDir, log, textToSpeech: fake })
    const text = 'Welcome to the demo. For sales, press 1. For support, press 2. To talk to a person, press 0.'
    const [media = ''] = await speech.render([{ kind: 'text', text, language: 'en' }])
    expect((await readFile(`${media.replace('sound:', '')}.ulaw`)).length).toBeGreaterThan(3 * 8000)
    expect(fake.spoken).toEqual([])
  })
})

describe('speech input', () => {
  const request = { interactionId: 'i1', mediaId: 'c1', language: 'en', hints: [], maxMs: 60_000 }

  it('hears what is said while it listens, or was said just before', async () => {
    const input = createLoopbackSpeechInput()
    const { signal } = new AbortController()
    const heard = input.listen(request, signal)
    input.hear('sales')
    expect(await heard).toEqual({ text: 'sales', confidence: 1 })
    input.hear('support', 0.5)
    expect(await input.listen(request, signal)).toEqual({ text: 'support', confidence: 0.5 })
  })

  it('hears nothing once it is stopped, or after too long', async () => {
    const input = createLoopbackSpeechInput()
    const stopped = new AbortController()
    const heard = input.listen(request, stopped.signal)
    stopped.abort()
    expect(await heard).toBeNull()
    expect(await input.listen({ ...request, maxMs: 1 }, new AbortController().signal)).toBeNull()
  })
})
