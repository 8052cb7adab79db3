/** Sign-in for tests of one room's routes: the token `agent:<id>` is a user with that role and id. */
import type { Guarding } from '../../src/access/index.ts'
import { writeAudit } from '../../src/access/index.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { roles, type Principal } from '../../src/platform/http/principal.ts'

export function signedIn(database: Database): Guarding {
  return {
    trustedOrigins: [],
    principalOfToken: (token) => Promise.resolve(principalOf(token)),
    audit: (context, entry) => writeAudit(database.knex, context, entry),
  }
}

function principalOf(token: string): Principal | null {
  const [said, id = ''] = token.split(':')
  const role = roles.find((one) => one === said)
  return role === undefined ? null : { kind: 'user', id, username: role, name: role, role, sessionId: token }
}
