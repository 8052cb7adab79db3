/** Who is shut out of SIP: never the operator's own networks, and never a carrier. */
import type { Config } from '../config.ts'
import type { Directory } from '../directory/index.ts'
import { createProtection, type Protection } from '../protection/index.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'

type Rooms = Readonly<{ config: Config; database: Database; directory: Directory; log: Log }>

/** Telephones in browsers come through the service: a ban of its own address would silence all of them. */
const ourselves = ['127.0.0.1', '::1']

export function protectionFor({ config, database, directory, log }: Rooms): Protection {
  return createProtection({
    database,
    log,
    now: Date.now,
    exempt: () => [
      ...ourselves,
      ...config.neverBanned,
      ...[...directory.snapshot().trunks.values()].flatMap(({ host, addresses }) => [host, ...addresses]),
    ],
  })
}
