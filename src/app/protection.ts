/** Who is shut out of SIP: never the operator's own networks, and never a carrier. */
import type { Config } from '../config.ts'
import type { Directory } from '../directory/index.ts'
import { createProtection, type Protection } from '../protection/index.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'

type Rooms = Readonly<{ config: Config; database: Database; directory: Directory; log: Log }>

export function protectionFor({ config, database, directory, log }: Rooms): Protection {
  return createProtection({
    database,
    log,
    now: Date.now,
    exempt: () => [
      ...config.neverBanned,
      ...[...directory.snapshot().trunks.values()].flatMap(({ host, addresses }) => [host, ...addresses]),
    ],
  })
}
