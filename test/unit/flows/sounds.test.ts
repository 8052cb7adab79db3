import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSoundFiles, type SoundFiles } from '../../../src/flows/sounds/sound-files.ts'
import { mostSeconds, phoneSound } from '../../../src/flows/sounds/uploaded-wav.ts'
import { writeWav } from '../../../src/flows/speech/audio.ts'
import { createPromptCache } from '../../../src/flows/speech/prompt-cache.ts'
import { createSpeech } from '../../../src/flows/speech/speech.ts'
import { toneShare } from '../../peers/tone.ts'
import { wavFile } from '../../peers/wav.ts'

describe('a WAV file as programs write it', () => {
  it.each([
    ['16 bit, one channel, 8 kHz', { rateHz: 8_000, channels: 1, bits: 16 }],
    ['as on a CD', { rateHz: 44_100, channels: 2, bits: 16 }],
    ['8 bit', { rateHz: 11_025, channels: 1, bits: 8 }],
    ['24 bit', { rateHz: 48_000, channels: 2, bits: 24 }],
    ['24 bit of a studio', { rateHz: 96_000, channels: 2, bits: 24, extensible: true }],
    ['32 bit', { rateHz: 16_000, channels: 1, bits: 32 }],
    ['32 bit with a floating point', { rateHz: 48_000, channels: 1, bits: 32, code: 3 }],
  ] as const)('%s is played by a telephone', async (_, format) => {
    const { sampleRateHz, samples } = await phoneSound(wavFile({ ...format, hz: 1_000, ms: 500 }))
    expect({ sampleRateHz, length: samples.length }).toEqual({ sampleRateHz: 8_000, length: 4_000 })
    expect(toneShare(samples.subarray(800, 3_200), 1_000)).toBeGreaterThan(0.99)
    // Half of full scale, as it was recorded.
    expect(Math.max(...samples.subarray(800, 3_200))).toBeGreaterThan(15_000)
    expect(Math.max(...samples.subarray(800, 3_200))).toBeLessThan(17_500)
  })

  it.each([
    ['an MP3 file', Buffer.from('ID3\u0004 and so on'), 'this is an MP3 file: save it as WAV (PCM, 16 bit, mono)'],
    [
      'an MP3 file without a title',
      Buffer.from([0xff, 0xfb, 0x90, 0x64, 0, 0, 0, 0, 0, 0, 0, 0]),
      'this is an MP3 file',
    ],
    ['an Ogg file', Buffer.from('OggS and so on'), 'this is an Ogg file'],
    ['an M4A file', Buffer.from('\0\0\0\u0020ftypM4A '), 'this is an M4A file'],
    ['words', Buffer.from('no sound at all'), 'this is no WAV file'],
    ['what was cut off', wavFile({ rateHz: 8_000 }).subarray(0, 30), 'this WAV file is broken'],
    ['a compressed one', wavFile({ rateHz: 8_000, code: 85 }), 'this WAV file is compressed, or of 16 bits'],
    ['one of twelve bits', wavFile({ rateHz: 8_000, bits: 12 }), 'this WAV file is compressed, or of 12 bits'],
    ['one for a cinema', wavFile({ rateHz: 48_000, channels: 6 }), 'this WAV file has 6 channels'],
    ['one of no rate', wavFile({ rateHz: 0 }), 'this WAV file has 0 samples a second, and 8000 to 96000 are taken'],
    ['one that is empty', wavFile({ rateHz: 8_000, ms: 20 }), 'there is no sound in this file'],
    [
      'a long one',
      wavFile({ rateHz: 8_000, bits: 8, ms: 180_500 }),
      `this sound lasts 181 seconds, and ${mostSeconds} are`,
    ],
  ])('%s is refused, and what to change is said', async (_, file, reason) => {
    await expect(phoneSound(file)).rejects.toThrow(reason)
  })
})

describe('uploaded sounds', () => {
  let dataDir = ''
  let files: SoundFiles
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sounds-'))
    files = createSoundFiles({ dataDir, scriptsDir: join(dataDir, 'scripts') })
  })
  afterEach(() => rm(dataDir, { recursive: true, force: true }))

  const wav = writeWav({ sampleRateHz: 8_000, samples: new Int16Array(12_000) })
  const anybody = { name: 'welcome', language: null }
  const inRomanian = { name: 'welcome', language: 'ro' }
  const at = async (): Promise<void> => undefined

  it('are known by their names, and to the next process too', async () => {
    await files.keep(anybody, wav, at)
    await files.keep(inRomanian, wav, at)
    const later = createSoundFiles({ dataDir, scriptsDir: join(dataDir, 'scripts') })
    expect(await later.names()).toEqual(['ro/welcome', 'welcome'])
    expect(await later.uploaded()).toMatchObject([
      { ...inRomanian, lengthMs: 1_500 },
      { ...anybody, lengthMs: 1_500 },
    ])
    await later.remove(inRomanian)
    expect(await files.uploaded()).toMatchObject([anybody])
  })

  it('are not taken for absent when nobody can read whether they are there', async () => {
    await writeFile(join(dataDir, 'prompts'), 'no folder')
    await expect(files.find(anybody)).rejects.toThrow('ENOTDIR')
    await expect(files.names()).rejects.toThrow('ENOTDIR')
  })

  it('leave nothing behind when they can not be kept', async () => {
    const refuse = () => Promise.reject(new Error('no audit log'))
    await expect(files.keep(anybody, wav, refuse)).rejects.toThrow('no audit log')
    expect(await readdir(join(dataDir, 'prompts', 'sounds'))).toEqual([])
  })

  it('are played before those that came with the flows, the language’s own first of all', async () => {
    const shipped = join(dataDir, 'scripts', 'prompts')
    await mkdir(join(shipped, 'pl'), { recursive: true })
    for (const name of ['welcome', 'pl/welcome', 'chime']) await writeFile(join(shipped, `${name}.wav`), wav)
    const speech = createSpeech({
      dataDir,
      scriptsDir: join(dataDir, 'scripts'),
      log: { warn: () => undefined, error: () => undefined },
    })
    await files.keep(anybody, wav, at)
    await files.keep(inRomanian, wav, at)
    const played = (file: string, language: string) => speech.render([{ kind: 'sound', file, language }])
    const uploads = join(dataDir, 'prompts', 'sounds')
    expect(await played('welcome', 'ro')).toEqual([`sound:${uploads}/ro/welcome`])
    expect(await played('welcome', 'en')).toEqual([`sound:${uploads}/welcome`])
    expect(await played('welcome', 'pl')).toEqual([`sound:${shipped}/pl/welcome`])
    expect(await played('chime', 'en')).toEqual([`sound:${shipped}/chime`])
    expect(await files.names()).toEqual(['ro/welcome', 'welcome', 'chime', 'pl/welcome', 'welcome'])
  })

  it('stay when texts that nobody hears any more are thrown away', async () => {
    await files.keep(anybody, wav, at)
    const silent = { voice: () => '', synthesise: () => Promise.reject(new Error('no voice')) }
    const inAYear = Date.now() + 365 * 86_400_000
    expect(await createPromptCache(join(dataDir, 'prompts'), silent).prune(inAYear)).toBe(0)
    expect(await files.names()).toEqual(['welcome'])
  })
})
