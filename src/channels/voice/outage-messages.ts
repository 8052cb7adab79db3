/**
 * Messages that callers left with the outage dialplan (dialplans/extensions.conf, [outage]) become calls of the history
 * with a voicemail, each once.
 */
import type { InteractionId, Instant } from '../../core/ids.ts'
import type { Ari } from './ari/operations.ts'
import { interactionIdOf } from './naming.ts'
import type { VoicePorts } from './ports.ts'
import { messageLength } from './recorded-message.ts'

const outageContext = 'outage'
/** Where they arrive from in place of an entry point, when the number that was dialled has none. */
const outagePlace = 'outage'
/** A message that is still being left, or that the database can't take yet, is looked for again after so long. */
const lookAgainMs = 5_000

const messageName = /^outage-(\d{9,11})-(\+?\d+|unknown)-([+\w]+)-(\d+)$/

type Message = Readonly<{
  recordingId: string
  interactionId: InteractionId
  startedAt: Instant
  number: string | null
  dialled: string
  /** The digits of its channel's id. */
  channelDigits: string
}>

export class OutageMessages {
  readonly #ari: Ari
  readonly #ports: VoicePorts
  #timer: NodeJS.Timeout | null = null
  #looking = false

  constructor(ari: Ari, ports: VoicePorts) {
    this.#ari = ari
    this.#ports = ports
  }

  /** Takes in what was left, now and until nobody is leaving a message any more. */
  look(): void {
    if (this.#looking) return this.lookAgain()
    this.#looking = true
    void this.#takeIn()
      .catch((error: unknown) => {
        this.#ports.log.warn({ err: error }, 'messages left during an outage not taken in yet')
        return false
      })
      .then((isDone) => {
        this.#looking = false
        if (!isDone) this.lookAgain()
      })
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  /** Somebody is about to leave one. */
  lookAgain(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.look()
    }, lookAgainMs)
  }

  /** False: some are still being left. */
  async #takeIn(): Promise<boolean> {
    // First who speaks, then what was said: who comes to the end in between is in both.
    const channels = await this.#ari.channels()
    const names = await this.#ari.storedRecordings()
    // Without a connection; the next one asks again.
    if (names === null || channels === null) return true
    const speaking = channels.filter(({ dialplan }) => dialplan.context === outageContext)
    const unfinished = new Set(speaking.map(({ id }) => id.replaceAll(/\D/g, '')))
    const messages = names
      .flatMap((name) => messageOf(name) ?? [])
      .filter(({ channelDigits }) => !unfinished.has(channelDigits))
    const noted = await this.#ports.recovery.contacts(messages.map(({ interactionId }) => interactionId))
    const known = new Set(noted.map(({ interactionId }) => interactionId))
    for (const message of messages) if (!known.has(message.interactionId)) await this.#note(message)
    return speaking.length === 0
  }

  /** In one batch: either all of it is told or nothing. */
  async #note({ recordingId, interactionId, startedAt, number, dialled }: Message): Promise<void> {
    const { customers, directory, log, now, writer } = this.#ports
    const durationMs = await messageLength(this.#ari, recordingId)
    if (durationMs === null || durationMs === 'recording') return
    const { customerId, identity } = await customers.recognise(number, null, interactionId)
    const entryPoint = directory.entryPoint(dialled)
    const leftAt = startedAt + durationMs
    const at = now()
    const contact = { kind: 'contact', interactionId, at, identity, displayName: null, dialled } as const
    const entryPointId = entryPoint?.id ?? outagePlace
    const queueId = entryPoint?.fallbackQueueId ?? outagePlace
    await Promise.all([
      writer.submit(
        {
          ...{ kind: 'arrive', interactionId, channel: 'voice', direction: 'inbound' },
          ...{ entryPointId, providerId: recordingId, customerId, since: startedAt },
        },
        { details: [contact] },
      ),
      writer.submit({
        kind: 'record',
        fact: { at, kind: 'voicemail-left', interactionId, recordingId, queueId, durationMs, leftAt },
      }),
      writer.submit({
        ...{ kind: 'end-interaction', interactionId, by: 'unknown', outcome: 'voicemail', cause: 'outage' },
        unseen: { from: leftAt, to: leftAt },
      }),
    ])
    log.info({ interactionId, durationMs }, 'a message left during an outage was taken in')
  }
}

function messageOf(recordingId: string): Message | null {
  const [, epoch, from, dialled, channelDigits] = messageName.exec(recordingId) ?? []
  if (epoch === undefined || from === undefined || dialled === undefined || channelDigits === undefined) return null
  return {
    recordingId,
    interactionId: interactionIdOf(outagePlace, recordingId),
    startedAt: Number(epoch) * 1_000,
    number: from === 'unknown' ? null : from,
    dialled,
    channelDigits,
  }
}
