/** Calls to the outside, with the directory's word on who may make them. */
import type { Config } from '../config.ts'
import type { Directory } from '../directory/index.ts'
import type { Engine } from '../engine/engine.ts'
import { createOutbound, type Outbound } from '../outbound/index.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'

type Rooms = Readonly<{ config: Config; database: Database; directory: Directory; engine: Engine; log: Log }>

export function outboundFor({ config, database, directory, engine, log }: Rooms): Outbound {
  const { snapshot } = directory
  return createOutbound({
    database,
    log,
    now: Date.now,
    country: config.country,
    moreEmergencyNumbers: config.emergencyNumbers,
    directory: {
      policy: () => snapshot().outboundPolicy,
      trunks: () => [...snapshot().trunks.values()],
      roleOf(userId) {
        const user = snapshot().users.get(userId)
        return user?.enabled === true ? user.role : null
      },
    },
    dialSetting: config.outboundDial,
    tell(fact) {
      engine
        .submit({ kind: 'record', fact })
        .catch((error: unknown) => log.warn({ err: error }, 'a refused call out is not in the history'))
    },
  })
}
