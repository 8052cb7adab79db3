/** A customer whose call an agent takes is owed no call back any more: theirs are closed, and what waits for them ends. */
import type { CustomerId, InteractionId } from '../core/ids.ts'
import { interactionView } from '../core/routing/views.ts'
import type { StoredFact } from '../core/writer.ts'
import type { VoiceChannel } from '../channels/voice/voice-channel.ts'
import type { Engine } from '../engine/engine.ts'
import type { History } from '../history/index.ts'
import type { Log } from '../platform/log.ts'

type Rooms = Readonly<{ engine: Engine; history: History; voice: VoiceChannel; log: Log }>

/** Returns how to stop. */
export async function cancelServedCallbacks(rooms: Rooms): Promise<() => void> {
  const { engine, history, log } = rooms
  // The database is asked only while somebody is owed a call: it knows which records are one customer.
  const owed = new Set<CustomerId>()
  for (const { customerId } of await history.callbacks.open()) if (customerId !== null) owed.add(customerId)
  const follow = ({ fact }: StoredFact): void => {
    // The call that asked may be over by now: the callback itself tells whose it is.
    if (fact.kind === 'callback-requested')
      return logged(
        history.callbacks.read(fact.callbackId).then((callback) => {
          if (callback?.customerId != null) owed.add(callback.customerId)
        }),
      )
    if (fact.kind !== 'offer-accepted') return
    const interaction = interactionView(engine.state(), fact.interactionId)
    const customerId = interaction?.customerId ?? null
    // What was promised in other queues stands when a callback itself is taken.
    if (interaction === null || customerId === null || interaction.direction === 'outbound') return
    if (owed.size > 0)
      logged(serve(rooms, customerId, fact.interactionId).then((served) => served.forEach((id) => owed.delete(id))))
  }
  const logged = (work: Promise<void>): void =>
    void work.catch((error: unknown) => log.error({ err: error }, 'callbacks of a served customer may stay open'))
  return engine.onFacts((facts) => facts.forEach(follow))
}

async function serve(rooms: Rooms, customerId: CustomerId, byInteractionId: InteractionId): Promise<CustomerId[]> {
  const cancelled = await rooms.history.callbacks.servedOtherwise(customerId, byInteractionId)
  for (const { interactionId } of cancelled) {
    // They talk there as well, this very moment: two people of one number.
    if (interactionView(rooms.engine.state(), interactionId)?.phase === 'engaged') continue
    await endCallback(rooms, interactionId, 'served-otherwise')
  }
  return [customerId, ...cancelled.flatMap((callback) => callback.customerId ?? [])]
}

/** Whatever rings or waits for a callback that was cancelled stops. */
export async function endCallback(
  { engine, voice }: Pick<Rooms, 'engine' | 'voice'>,
  interactionId: InteractionId,
  cause: string,
): Promise<void> {
  if (voice.hangUp(interactionId, 'system', 'callback', cause)) return
  // Refused when it does not stand in line yet: it won't, being cancelled.
  await engine.submit({ kind: 'end-interaction', interactionId, by: 'system', outcome: 'callback', cause })
}
