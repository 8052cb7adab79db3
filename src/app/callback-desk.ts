/** Callbacks between the rooms: what people decide about them, and what the telephone then does. */
import type { VoiceChannel } from '../channels/voice/voice-channel.ts'
import type { Config } from '../config.ts'
import type { Directory } from '../directory/index.ts'
import type { Engine } from '../engine/engine.ts'
import type { CallbackDesk } from '../history/index.ts'
import type { Outbound } from '../outbound/index.ts'
import { openingOf } from './opening.ts'
import { endCallback } from './served-otherwise.ts'

type Rooms = Readonly<{ config: Config; directory: Directory; engine: Engine; outbound: Outbound; voice: VoiceChannel }>

export function callbackDesk({ config, directory, engine, outbound, voice }: Rooms): CallbackDesk {
  return {
    formQueueIds: config.callbackFormQueues,
    knowsQueue: (queueId) => directory.snapshot().queues.has(queueId),
    openingOf: (queueId, at) => openingOf(directory, queueId, at),
    refusal(number, callbackId) {
      const asker = { kind: 'callback', callbackId } as const
      return outbound.wouldRefuse({ asker, number, interactionId: null, callerId: null })?.message ?? null
    },
    expect: (callback) => voice.callbacks.plan(callback),
    end: ({ interactionId }, cause) => endCallback({ engine, voice }, interactionId, cause),
  }
}
