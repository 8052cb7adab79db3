/** What somebody saw before they changed it: two people who edit the same thing don't overwrite each other unseen. */
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { lastChangeOf } from '../access/index.ts'
import { ApiError } from '../platform/http/errors.ts'
import type { Transaction } from './directory-store.ts'

/** An entity tag (RFC 9110, 8.8.3) of what is shown: the same content has the same one. */
export const revisionOf = (shown: unknown): string =>
  `"${createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 22)}"`

/** What a change builds on; undefined: whatever is there. */
export type Seen<T> = Readonly<{ revision: string | undefined; of(item: T): string }>

export const ifMatchWords =
  'With `If-Match` and the `ETag` that came with it, refused with 412 when somebody has changed it since.'

export function ifMatch({ headers }: { readonly headers: IncomingHttpHeaders }): string | undefined {
  return headers['if-match']
}

/** @throws ApiError 412, with who changed it and when, unless `before` is what was seen */
export async function refuseOvertaken<T>(
  trx: Transaction,
  subject: Readonly<{ kind: string; id: string }>,
  before: T,
  seen: Seen<T> | undefined,
): Promise<void> {
  if (seen?.revision === undefined || seen.revision === '*' || seen.of(before) === seen.revision) return
  const last = await lastChangeOf(trx, subject)
  throw new ApiError(
    412,
    'changed-meanwhile',
    `${last?.by ?? 'somebody'} has changed this since you read it: read it again, then make your change`,
    { by: last?.by ?? null, at: last?.at.toISOString() ?? null },
  )
}
