/** Tables of things with an id of their own: skills, queues, hours, entry points, reasons. */
import type { Knex } from 'knex'
import type { EntryPoint } from './entry-point.ts'
import { entryPointOptionsSchema, entryPointSchema } from './entry-point.ts'
import { hoursSchema, type Hours } from './hours.ts'
import { labelSchema, type NotReadyReason, type Skill } from './label.ts'
import { trunkSchema, type Trunk } from './trunk.ts'
import { storedQueueSchema, rulesOf, settingsOf, type Queue } from './queue.ts'

type Row = Readonly<Record<string, unknown>>

export type Table<T extends { readonly id: string }> = Readonly<{
  name: string
  toRow(item: T): Row
  fromRow(row: Row): T
}>

const labelTable = (name: string): Table<Skill & NotReadyReason> => ({
  name,
  toRow: ({ id, name }) => ({ id, name }),
  fromRow: (row) => labelSchema.parse(row),
})
export const skillTable = labelTable('skills')
export const notReadyReasonTable = labelTable('not_ready_reasons')

export const hoursTable: Table<Hours> = {
  name: 'hours',
  toRow: ({ id, name, calendar }) => ({ id, name, calendar: JSON.stringify(calendar) }),
  fromRow: (row) => hoursSchema.parse(row),
}

export const queueTable: Table<Queue> = {
  name: 'queues',
  toRow(queue) {
    const { id: _rulesOfThis, ...rules } = rulesOf(queue)
    const { id, name, hoursId, ...settings } = settingsOf(queue)
    return { id, name, hours_id: hoursId, rules: JSON.stringify(rules), settings: JSON.stringify(settings) }
  },
  fromRow: ({ id, name, hours_id: hoursId, rules, settings }) =>
    storedQueueSchema.parse({ id, name, hoursId, ...(rules as object), ...(settings as object) }),
}

export const entryPointTable: Table<EntryPoint> = {
  name: 'entry_points',
  toRow: ({ flowId, fallbackQueueId, announcement, recordingNotice, fallbackNumber, ...same }) => ({
    ...same,
    flow_id: flowId,
    fallback_queue_id: fallbackQueueId,
    options: JSON.stringify({ announcement, recordingNotice, fallbackNumber }),
  }),
  fromRow: ({ flow_id: flowId, fallback_queue_id: fallbackQueueId, options, ...same }) =>
    entryPointSchema.parse({ ...same, ...entryPointOptionsSchema.parse(options), flowId, fallbackQueueId }),
}

export const trunkTable: Table<Trunk> = {
  name: 'trunks',
  toRow: ({ id, name, enabled, password, ...settings }) => ({
    ...{ id, name, enabled, password },
    settings: JSON.stringify(settings),
  }),
  fromRow: ({ settings, ...same }) => trunkSchema.parse({ ...(settings as object), ...same }),
}

export async function readAll<T extends { readonly id: string }>(knex: Knex, table: Table<T>): Promise<T[]> {
  const rows = await knex(table.name).select<Row[]>('*').orderBy('id')
  return rows.map(table.fromRow)
}

export async function readOne<T extends { readonly id: string }>(
  knex: Knex,
  table: Table<T>,
  id: string,
): Promise<T | null> {
  const row = await knex(table.name).where({ id }).first<Row | undefined>('*')
  return row === undefined ? null : table.fromRow(row)
}

export async function insert<T extends { readonly id: string }>(knex: Knex, table: Table<T>, item: T): Promise<void> {
  await knex(table.name).insert(table.toRow(item))
}

export async function update<T extends { readonly id: string }>(knex: Knex, table: Table<T>, item: T): Promise<void> {
  await knex(table.name).where({ id: item.id }).update(table.toRow(item))
}

export async function remove(knex: Knex, table: Readonly<{ name: string }>, id: string): Promise<void> {
  await knex(table.name).where({ id }).delete()
}
