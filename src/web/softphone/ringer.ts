/** The ring tone: made here, so that nothing must be loaded when it is needed, on the device that the person chose. */
import { phoneSettings } from './settings.ts'

/** Two soft notes, then a pause. */
const cycleMs = 2_400
const notes = [
  { hz: 523, atS: 0, forS: 0.45 },
  { hz: 659, atS: 0.22, forS: 0.6 },
]

type WithSink = AudioContext & { setSinkId?(id: string): Promise<void> }

export class Ringer {
  #context: WithSink | null = null
  #timer: number | undefined

  start(): void {
    if (this.#context !== null) return
    this.#context = new AudioContext()
    const { ringer } = phoneSettings()
    // A device that is gone rings on the system's own.
    if (ringer !== '') void this.#context.setSinkId?.(ringer).catch(() => undefined)
    this.#chime()
    this.#timer = window.setInterval(() => this.#chime(), cycleMs)
  }

  stop(): void {
    window.clearInterval(this.#timer)
    void this.#context?.close()
    this.#context = null
  }

  #chime(): void {
    const context = this.#context
    if (context === null) return
    for (const { hz, atS, forS } of notes) {
      const begins = context.currentTime + atS
      const oscillator = new OscillatorNode(context, { type: 'sine', frequency: hz })
      const loudness = new GainNode(context, { gain: 0 })
      loudness.gain.linearRampToValueAtTime(phoneSettings().ringVolume * 0.5, begins + 0.03)
      loudness.gain.exponentialRampToValueAtTime(0.001, begins + forS)
      oscillator.connect(loudness).connect(context.destination)
      oscillator.start(begins)
      oscillator.stop(begins + forS)
    }
  }
}
