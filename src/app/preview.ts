/** The rooms, as preview lists want to see them. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { VoiceChannel } from '../channels/voice/voice-channel.ts'
import { ownCalls } from '../channels/voice/own-calls.ts'
import type { Config } from '../config.ts'
import { nextOpening } from '../core/calendar/opening-hours.ts'
import { interactionView } from '../core/routing/views.ts'
import type { Directory } from '../directory/index.ts'
import type { Engine } from '../engine/engine.ts'
import type { History } from '../history/index.ts'
import type { Outbound } from '../outbound/index.ts'
import { createPreview, type Preview } from '../preview/index.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import { openingOf } from './opening.ts'

type Rooms = Readonly<{
  config: Config
  database: Database
  directory: Directory
  engine: Engine
  history: History
  log: Log
  outbound: Outbound
  voice: VoiceChannel
}>

export function previewFor({ config, database, directory, engine, history, log, outbound, voice }: Rooms): Preview {
  const { snapshot } = directory
  const calls = ownCalls(voice, voice.ports)
  return createPreview({
    ...{ database, log, writer: engine, now: Date.now },
    queueName: (id) => snapshot().queues.get(id)?.name ?? null,
    hoursName: (id) => snapshot().hours.get(id)?.name ?? null,
    agentName: (id) => snapshot().users.get(id)?.name ?? null,
    queuesOf: (id) => snapshot().agentRules.get(id)?.queueIds ?? [],
    openingOf(queueId, hoursId, at) {
      if (hoursId === null) return openingOf(directory, queueId, at)
      const calendar = directory.calendars()[hoursId]
      // Hours that were removed since allow nobody to be called.
      return calendar === undefined ? null : nextOpening(calendar, at)
    },
    numberOf(written) {
      const found = parsePhoneNumberFromString(written, config.country)
      return found?.isValid() === true ? found.number : null
    },
    neverLetOut: (number) => outbound.neverLetOut(number)?.message ?? null,
    async recognise(number, name) {
      const { records, customerId } = await history.recogniseCaller({ kind: 'phone', raw: number, displayName: name })
      return records[0] ?? customerId
    },
    mayBeCalled: async (customerId) => (await history.doNotCallOf(customerId)) === null,
    forbidCalls: (customerId, { id, name }) => history.forbidCalls(customerId, { id, name }),
    async foundCustomers(search, most) {
      const found = await history.foundCustomers(search, most)
      return found.map(({ id, name, identities }) => ({
        ...{ id, name, number: identities.find(({ kind }) => kind === 'phone')?.value ?? null },
      }))
    },
    async isInOtherHands(customerId) {
      const records = new Set((await history.customer(customerId))?.records ?? [customerId])
      for (const { customerId: theirs } of engine.state().interactions.values())
        if (theirs !== null && records.has(theirs)) return true
      return (await history.callbacks.openOf(customerId)) !== null
    },
    isLive: (interactionId) => interactionView(engine.state(), interactionId) !== null,
    dial: (agent, number, queueId, listed) => calls.place(agent, number, queueId, listed),
  })
}
