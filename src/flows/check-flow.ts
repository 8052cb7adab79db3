/** The check that a version must pass before it is saved. */
import type { Directory } from '../core/flow/check/check.ts'
import { isPublishable, readFlow } from './load.ts'
import type { CheckFlow } from './versions.ts'

export type { Directory as CheckableNames } from '../core/flow/check/check.ts'

/** Against the names that are known when the check is made. */
export function flowChecker(knownNow: () => Directory | Promise<Directory>): CheckFlow {
  return async (yaml) => {
    const flow = readFlow(yaml, await knownNow())
    return { ok: isPublishable(flow), flowId: flow.script?.id ?? null, findings: flow.findings }
  }
}
