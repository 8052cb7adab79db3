/** Utterances -> files that Asterisk plays: a recording, a text spoken beforehand, a text spoken now, or at least a tone. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { spokenWords } from '../../core/flow/render.ts'
import type { Utterance } from '../../core/flow/utterance.ts'
import { attentionTone, writeWav } from './audio.ts'
import { createEspeak } from './espeak.ts'
import { createPromptCache } from './prompt-cache.ts'
import { uploadFolder } from '../sounds/sound-files.ts'
import { createRecordings } from './recordings.ts'
import type { TextToSpeech } from './text-to-speech.ts'

export type Speech = Readonly<{
  /** Media URIs of ARI's play operation (`sound:/path/without/extension`), in order. Never rejects. */
  render(utterances: readonly Utterance[]): Promise<readonly string[]>
}>

type SpeechLog = Readonly<{
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}>

export type SpeechOptions = Readonly<{
  /** Spoken texts and uploaded sounds are kept below it. */
  dataDir: string
  /** Recordings lie in its `prompts` folder. */
  scriptsDir: string
  log: SpeechLog
  /** How fast texts are spoken. */
  wordsPerMinute?: number
  textToSpeech?: TextToSpeech
}>

export function createSpeech(options: SpeechOptions): Speech {
  const { dataDir, scriptsDir, log, textToSpeech = createEspeak(options.wordsPerMinute) } = options
  const folder = resolve(dataDir, 'prompts')
  const cache = createPromptCache(folder, textToSpeech)
  const recordings = createRecordings(resolve(scriptsDir, 'prompts'), [uploadFolder(dataDir)])
  const complained = new Set<string>()
  let tone: Promise<string> | null = null

  cache.prune(Date.now()).catch((error: unknown) => log.warn({ err: error }, 'old prompts could not be removed'))

  const toneInstead = (reason: string): Promise<string> => {
    if (!complained.has(reason)) log.error({ reason }, 'a prompt can’t be spoken: callers hear a tone instead')
    complained.add(reason)
    tone ??= writeTone(folder)
    return tone
  }

  const fileOf = async (utterance: Utterance): Promise<string | null> => {
    const { language } = utterance
    try {
      if (utterance.kind === 'sound')
        return (
          (await recordings.sound(utterance.file, language)) ??
          (await toneInstead(`there is no sound ${utterance.file}`))
        )
      const words = spokenWords(utterance)?.trim() ?? ''
      if (words === '') return null
      return (await recordings.spoken(words, language)) ?? (await cache.fileOf(words, language))
    } catch (error) {
      return toneInstead(error instanceof Error ? error.message : String(error))
    }
  }

  return {
    async render(utterances) {
      try {
        const files = await Promise.all(utterances.map(fileOf))
        return files.filter((file) => file !== null).map((file) => `sound:${file}`)
      } catch (error) {
        log.error({ err: error }, 'nothing can be played: the prompts folder is not writable')
        return []
      }
    },
  }
}

async function writeTone(folder: string): Promise<string> {
  const path = join(folder, 'attention')
  await mkdir(folder, { recursive: true })
  await writeFile(`${path}.wav`, writeWav(attentionTone()))
  return path
}
