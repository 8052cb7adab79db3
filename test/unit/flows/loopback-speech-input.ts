import type { Heard, SpeechInput } from '../../../src/core/flow/speech-input.ts'

export type LoopbackSpeechInput = SpeechInput & Readonly<{ hear(text: string, confidence?: number): void }>

/** Understands what it is told to: whoever listens already, or listens next, hears it. */
export function createLoopbackSpeechInput(): LoopbackSpeechInput {
  const said: Heard[] = []
  const listeners: ((heard: Heard) => void)[] = []
  return {
    hear(text, confidence = 1) {
      const listener = listeners.shift()
      if (listener) listener({ text, confidence })
      else said.push({ text, confidence })
    },
    listen({ maxMs }, signal) {
      const ready = said.shift()
      if (ready) return Promise.resolve(ready)
      if (signal.aborted) return Promise.resolve(null)
      return new Promise((resolve) => {
        const stop = (heard: Heard | null) => {
          clearTimeout(timer)
          signal.removeEventListener('abort', silent)
          const index = listeners.indexOf(stop)
          if (index >= 0) listeners.splice(index, 1)
          resolve(heard)
        }
        const silent = () => stop(null)
        const timer = setTimeout(silent, maxMs)
        signal.addEventListener('abort', silent, { once: true })
        listeners.push(stop)
      })
    },
  }
}
