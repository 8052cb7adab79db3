/** A browser that was left open must not be enough to change how its person signs in. */
import { ApiError } from '../platform/http/errors.ts'
import type { Access, SignedInUser } from './access.ts'
import { isConfirmed } from './session-store.ts'

/** Since the sign-in, or since the person has shown again that they are there. */
const confirmedForMs = 15 * 60_000

/** @throws ApiError 403 `confirm-first` */
export async function requireConfirmed(access: Access, user: SignedInUser): Promise<void> {
  if (await isConfirmed(access.options.database.knex, user.sessionId, confirmedForMs)) return
  throw new ApiError(403, 'confirm-first', 'confirm that it is you with POST /api/me/confirmation, then try again')
}
