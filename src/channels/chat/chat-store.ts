/** Widgets, visitors, what they looked at, and their files, as rows. */
import { randomBytes } from 'node:crypto'
import type { AttachedFile } from '../../core/details.ts'
import type { AgentId, CustomerId, EntryPointId, Instant, QueueId } from '../../core/ids.ts'
import type { Database } from '../../platform/database/database.ts'
import { defaultSettings, widgetSettings, type Widget, type WidgetSettings } from './widget.ts'

export type Visitor = Readonly<{
  id: string
  entryPointId: EntryPointId
  customerId: CustomerId | null
  name: string | null
  email: string | null
  phone: string | null
  language: string | null
  siteUser: string | null
  verified: boolean
}>

type VisitorRow = {
  id: string
  entry_point_id: string
  customer_id: string | null
  name: string | null
  email: string | null
  phone: string | null
  language: string | null
  site_user: string | null
  verified: boolean
}

export async function readSigningSecret(database: Database): Promise<string> {
  const { rows } = await database.pool.query<{ secret: string }>('select secret from chat_keys')
  if (rows[0] === undefined) throw new Error('there is no key to sign visitors with: has the database been migrated?')
  return rows[0].secret
}

export async function readWidgets(database: Database): Promise<Map<EntryPointId, Widget>> {
  const { rows } = await database.pool.query<{ entry_point_id: string; settings: unknown; secret: string }>(
    'select * from widgets',
  )
  return new Map(
    rows.map(({ entry_point_id: entryPointId, settings, secret }) => [
      entryPointId,
      { entryPointId, secret, settings: widgetSettings.parse(settings) },
    ]),
  )
}

/** Made with default settings and a secret of its own where there is none. */
export async function keepWidget(
  database: Database,
  entryPointId: EntryPointId,
  change: Readonly<{ settings?: WidgetSettings; newSecret?: boolean }> = {},
): Promise<Widget> {
  const { settings, newSecret = false } = change
  const { rows } = await database.pool.query<{ settings: unknown; secret: string }>(
    `insert into widgets (entry_point_id, settings, secret) values ($1, $2, $3)
     on conflict (entry_point_id) do update set
       settings = case when $4 then excluded.settings else widgets.settings end,
       secret = case when $5 then excluded.secret else widgets.secret end
     returning settings, secret`,
    [
      entryPointId,
      JSON.stringify(settings ?? defaultSettings),
      randomBytes(32).toString('base64url'),
      settings !== undefined,
      newSecret,
    ],
  )
  const row = rows[0]
  if (row === undefined) throw new Error('the widget was not kept')
  return { entryPointId, settings: widgetSettings.parse(row.settings), secret: row.secret }
}

export async function readVisitorRow(database: Database, id: string): Promise<Visitor | null> {
  const { rows } = await database.pool.query<VisitorRow>({
    name: 'read-visitor',
    text: 'select * from visitors where id = $1',
    values: [id],
  })
  return rows[0] === undefined ? null : toVisitor(rows[0])
}

export async function visitorOfSiteUser(
  database: Database,
  entryPointId: EntryPointId,
  siteUser: string,
): Promise<Visitor | null> {
  const { rows } = await database.pool.query<VisitorRow>(
    'select * from visitors where entry_point_id = $1 and site_user = $2',
    [entryPointId, siteUser],
  )
  return rows[0] === undefined ? null : toVisitor(rows[0])
}

/** What is null stays as it was. */
export async function keepVisitor(database: Database, visitor: Visitor, at: Instant): Promise<Visitor> {
  const { rows } = await database.pool.query<VisitorRow>({
    name: 'keep-visitor',
    text: `insert into visitors (id, entry_point_id, customer_id, name, email, phone, language, site_user, verified,
        created_at, seen_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
      on conflict (id) do update set
        customer_id = coalesce(excluded.customer_id, visitors.customer_id),
        name = coalesce(excluded.name, visitors.name), email = coalesce(excluded.email, visitors.email),
        phone = coalesce(excluded.phone, visitors.phone), language = coalesce(excluded.language, visitors.language),
        site_user = coalesce(excluded.site_user, visitors.site_user),
        verified = excluded.verified or visitors.verified, seen_at = excluded.seen_at
      returning *`,
    values: [
      visitor.id,
      visitor.entryPointId,
      visitor.customerId,
      visitor.name,
      visitor.email,
      visitor.phone,
      visitor.language,
      visitor.siteUser,
      visitor.verified,
      at,
    ],
  })
  const row = rows[0]
  if (row === undefined) throw new Error('the visitor was not kept')
  return toVisitor(row)
}

/** Where the contact was out of which a visitor was invited. */
export type Invited = Readonly<{ queueId: QueueId; agentId: AgentId; at: Instant }>

/** A visitor whom nobody has seen yet, known to be that customer. */
export async function inviteVisitor(
  database: Database,
  visitor: Pick<Visitor, 'id' | 'entryPointId' | 'customerId'>,
  invited: Invited,
): Promise<void> {
  await database.pool.query(
    `insert into visitors (id, entry_point_id, customer_id, invited, created_at, seen_at) values ($1, $2, $3, $4, $5, $5)`,
    [visitor.id, visitor.entryPointId, visitor.customerId, JSON.stringify(invited), invited.at],
  )
}

export async function readInvited(database: Database, visitorId: string): Promise<Invited | null> {
  const { rows } = await database.pool.query<{ invited: Invited | null }>({
    name: 'read-invited',
    text: 'select invited from visitors where id = $1',
    values: [visitorId],
  })
  return rows[0]?.invited ?? null
}

export async function addFile(
  database: Database,
  file: AttachedFile & Readonly<{ visitorId: string | null; uploadedBy: string | null }>,
  at: Instant,
): Promise<void> {
  await database.pool.query(
    `insert into files (id, visitor_id, uploaded_by, name, type, bytes, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [file.id, file.visitorId, file.uploadedBy, file.name, file.type, file.bytes, at],
  )
}

export type StoredFile = AttachedFile & Readonly<{ visitorId: string | null; uploadedBy: string | null }>

export async function readFiles(database: Database, ids: readonly string[]): Promise<StoredFile[]> {
  if (ids.length === 0) return []
  const { rows } = await database.pool.query<
    Omit<StoredFile, 'visitorId' | 'uploadedBy'> & { visitor_id: string | null; uploaded_by: string | null }
  >('select id, visitor_id, uploaded_by, name, type, bytes from files where id = any($1::uuid[])', [ids])
  return rows.map(({ visitor_id: visitorId, uploaded_by: uploadedBy, ...file }) => ({
    ...file,
    visitorId,
    uploadedBy,
  }))
}

/** Whether a message of the thread carried it. */
export async function isInThread(
  database: Database,
  { entryPointId, visitorId, fileId }: Readonly<{ entryPointId: string; visitorId: string; fileId: string }>,
): Promise<boolean> {
  const { rowCount } = await database.pool.query(
    `select 1 from details m where m.kind = 'message' and m.body->'files' @> $3::jsonb and m.interaction_id in (
       select interaction_id from details where kind = 'contact' and body->>'dialled' = $1 and body->>'identity' = $2)
     limit 1`,
    [entryPointId, visitorId, JSON.stringify([{ id: fileId }])],
  )
  return (rowCount ?? 0) > 0
}

function toVisitor(row: VisitorRow): Visitor {
  return {
    id: row.id,
    entryPointId: row.entry_point_id,
    customerId: row.customer_id,
    name: row.name,
    email: row.email,
    phone: row.phone,
    language: row.language,
    siteUser: row.site_user,
    verified: row.verified,
  }
}
