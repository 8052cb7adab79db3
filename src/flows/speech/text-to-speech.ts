/** Text to speech, whoever does it: a local program, a service, a fake in tests. */
import type { Sound } from './audio.ts'

export type TextToSpeech = Readonly<{
  /** Part of the cache's key: another voice is another recording. */
  voice(language: string): string
  /** Rejects with a reason that an admin can act on. */
  synthesise(text: string, language: string): Promise<Sound>
}>
