/** Speech recognition, whoever does it. The channel listens for the flow's `listen` effect and sends what comes back. */

export type Heard = Readonly<{ text: string; confidence: number }>

export type SpeechInput = Readonly<{
  /**
   * `hints`: what is likely to be said, in `language`; empty: anything. Resolves with null when nothing was understood
   * within `maxMs` or when `signal` aborts.
   */
  listen(request: ListenRequest): Promise<Heard | null>
}>

export type ListenRequest = Readonly<{
  language: string
  hints: readonly string[]
  maxMs: number
  signal: AbortSignal
}>

export type LoopbackSpeechInput = SpeechInput & Readonly<{ hear(text: string, confidence?: number): void }>

/** Understands what it is told to: whoever listens next, or listens already, hears it. */
export function createLoopbackSpeechInput(): LoopbackSpeechInput {
  const said: Heard[] = []
  const listeners: ((heard: Heard) => void)[] = []
  return {
    hear(text, confidence = 1) {
      const listener = listeners.shift()
      if (listener) listener({ text, confidence })
      else said.push({ text, confidence })
    },
    listen({ maxMs, signal }) {
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
