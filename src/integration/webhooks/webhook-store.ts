/** Who outside is told what. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { EventType } from '../../core/integration/events.ts'

export type Webhook = Readonly<{
  id: string
  url: string
  description: string | null
  events: readonly EventType[]
  isActive: boolean
  createdAt: Date
}>

export type WebhookContent = Pick<Webhook, 'url' | 'description' | 'events' | 'isActive'>

const columns = ['id', 'url', 'description', 'events', 'is_active as isActive', 'created_at as createdAt'] as const

export async function listWebhooks(knex: Knex): Promise<Webhook[]> {
  return knex('webhooks')
    .orderBy('created_at')
    .select<Webhook[]>(...columns)
}

export async function readWebhook(knex: Knex, id: string): Promise<(Webhook & { secret: string }) | null> {
  const row = await knex('webhooks')
    .where({ id })
    .first<(Webhook & { secret: string }) | undefined>(...columns, 'secret')
  return row ?? null
}

export async function insertWebhook(knex: Knex, content: WebhookContent, secret: string): Promise<string> {
  const id = randomUUID()
  await knex('webhooks').insert({ id, secret, ...row(content) })
  return id
}

export async function updateWebhook(knex: Knex, id: string, content: WebhookContent): Promise<void> {
  await knex('webhooks').where({ id }).update(row(content))
}

export async function changeSecret(knex: Knex, id: string, secret: string): Promise<boolean> {
  return (await knex('webhooks').where({ id }).update({ secret })) > 0
}

/** What was still to be sent there goes with it. */
export async function removeWebhook(knex: Knex, id: string): Promise<boolean> {
  await knex('deliveries').where({ target_kind: 'webhook', target_id: id }).delete()
  return (await knex('webhooks').where({ id }).delete()) > 0
}

function row({ url, description, events, isActive }: WebhookContent) {
  return { url, description, events: [...events], is_active: isActive }
}
