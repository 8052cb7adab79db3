/** espeak-ng: small, local, and it speaks every language of ours. */
import { spawn } from 'node:child_process'
import type { Sound } from './audio.ts'
import { readWav } from './audio.ts'
import type { TextToSpeech } from './text-to-speech.ts'

const timeoutMs = 20_000
const ordinaryWordsPerMinute = 155
/** Voices whose name isn't the language's. */
const voices: Readonly<Record<string, string>> = { en: 'en-us' }

export function createEspeak(wordsPerMinute = ordinaryWordsPerMinute, program = 'espeak-ng'): TextToSpeech {
  const voiceOf = (language: string) => voices[language] ?? language.toLowerCase()
  return {
    voice: (language) => `espeak-ng/${voiceOf(language)}/${wordsPerMinute}`,
    synthesise: (text, language) => run(program, ['-v', voiceOf(language), '-s', String(wordsPerMinute)], text),
  }
}

/** `manner`: its options for the voice and the pace. */
async function run(program: string, manner: readonly string[], text: string): Promise<Sound> {
  const signal = AbortSignal.timeout(timeoutMs)
  const child = spawn(program, [...manner, '--stdout', '--stdin', '-b', '1'], {
    signal,
  })
  const sound: Buffer[] = []
  const complaints: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => sound.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk))
  // A program that ends early closes its input; its exit says why.
  child.stdin.on('error', () => undefined)
  child.stdin.end(text)
  await new Promise<void>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? new Error(missing(program), { cause: error }) : error)
    })
    child.on('close', (code) => {
      if (code === 0 && sound.length > 0) resolve()
      else
        reject(
          new Error(
            `${program} can’t speak with ${manner.join(' ')}: ${Buffer.concat(complaints).toString().trim() || `exit ${code}`}`,
          ),
        )
    })
  })
  return readWav(Buffer.concat(sound))
}

function missing(program: string): string {
  return `${program} is not installed, so texts can’t be spoken: install it (apt install espeak-ng)`
}
