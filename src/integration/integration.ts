/** The room, put together: events out to webhooks and CRMs, look-ups in. Nothing runs until `begin`. */
import type { Context, Expressions } from '../core/flow/expression.ts'
import type { Json } from '../core/flow/session.ts'
import type { Instant, InteractionId } from '../core/ids.ts'
import { eventOf } from '../core/integration/events.ts'
import type { Writer } from '../core/writer.ts'
import { FactFollower } from '../history/index.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import type { Outgoing, OutgoingAnswer } from '../platform/outgoing.ts'
import { filledAddress, valueOf } from './crm/connection.ts'
import { readConnection } from './crm/crm-store.ts'
import { CrmLookup } from './crm/lookup.ts'
import { enqueueAll, type Delivery } from './delivery-store.ts'
import { Dispatcher } from './dispatcher.ts'
import { sign, signatureHeader } from './webhooks/signature.ts'
import { readWebhook } from './webhooks/webhook-store.ts'

export type IntegrationStart = Readonly<{
  database: Database
  writer: Pick<Writer, 'onFacts'>
  expressions: Expressions
  outgoing: Outgoing
  log: Log
  now?: () => Instant
  chance?: () => number
  /** What a write-back may tell: `interaction` and what a look-up may ask with; null: it is gone. */
  told: (interactionId: InteractionId) => Promise<Context | null>
  /** How often what was announced is looked for. */
  everyMs?: number
}>

export type Integration = ReturnType<typeof createIntegration>

const webhookTimeoutMs = 10_000

export function createIntegration(start: IntegrationStart) {
  const { database, writer, expressions, outgoing, log, told, now = Date.now, chance = Math.random } = start

  const send = async (delivery: Delivery, signal: AbortSignal): Promise<OutgoingAnswer> =>
    delivery.target.kind === 'webhook' ? sendToWebhook(delivery, signal) : writeBack(delivery, signal)

  const sendToWebhook = async (
    { id, target, event, attempts }: Delivery,
    signal: AbortSignal,
  ): Promise<OutgoingAnswer> => {
    const webhook = await readWebhook(database.knex, target.id)
    if (webhook === null) return { failed: 'this webhook was removed' }
    if (!webhook.isActive) return { failed: 'this webhook is switched off' }
    const body = JSON.stringify({ ...event, at: new Date(event.at).toISOString() })
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Centralita',
      'centralita-event': event.type,
      'centralita-delivery': id,
      'centralita-attempt': String(attempts + 1),
      [signatureHeader]: sign(webhook.secret, body, Math.floor(now() / 1_000)),
    }
    return outgoing.send({ method: 'POST', url: webhook.url, headers, body, timeoutMs: webhookTimeoutMs }, signal)
  }

  const writeBack = async ({ target, event }: Delivery, signal: AbortSignal): Promise<OutgoingAnswer> => {
    const settings = (await readConnection(database.knex, target.id))?.writeBack ?? null
    if (settings === null) return { failed: 'this CRM is no longer written to' }
    const context = await told(String(event.data['interactionId']))
    if (context === null) return { failed: 'the interaction is gone' }
    const all: Context = { ...context, event: { id: event.id, type: event.type } }
    const url = filledAddress(expressions, settings.url, all)
    if (url === null) return { failed: 'its address needs what is not known of this contact' }
    const fields = Object.entries(settings.body).map(([name, source]): [string, Json] => [
      name,
      valueOf(expressions, source, all),
    ])
    const headers = { 'content-type': 'application/json', 'idempotency-key': event.id, ...settings.headers }
    const body = JSON.stringify(Object.fromEntries(fields))
    return outgoing.send({ method: settings.method, url, headers, body, timeoutMs: settings.timeoutMs }, signal)
  }

  const dispatcher = new Dispatcher({
    database,
    log,
    now,
    chance,
    send,
    ...(start.everyMs !== undefined && { everyMs: start.everyMs }),
  })
  const follower = new FactFollower({
    database,
    writer,
    log,
    name: 'integration',
    from: 'next-fact',
    concerns: (fact) => eventOf(0, fact) !== null,
    take: async (trx, facts) => {
      const events = facts.flatMap(({ seq, fact }) => eventOf(seq, fact) ?? [])
      await enqueueAll(trx, events, now())
    },
  })
  return {
    database,
    expressions,
    outgoing,
    now,
    dispatcher,
    lookup: new CrmLookup({ expressions, outgoing, now }),
    async begin(): Promise<void> {
      await follower.begin()
      dispatcher.begin()
    },
    async stop(): Promise<void> {
      await follower.stop()
      await dispatcher.stop()
    },
  }
}
