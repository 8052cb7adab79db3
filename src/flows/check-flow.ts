/** The check that a version must pass before it is saved. */
import type { Directory } from '../core/flow/check/check.ts'
import { isPublishable, readFlow } from './load.ts'
import type { CheckFlow, FlowCheck } from './versions.ts'

/** Against the directory as it is when the check is made. */
export function flowChecker(directoryNow: () => Directory): CheckFlow {
  return (yaml) => {
    const flow = readFlow(yaml, directoryNow())
    return { ok: isPublishable(flow), flowId: flow.script?.id ?? null, findings: flow.findings }
  }
}

/** By itself: names of queues, hours and other flows are taken on trust. */
export function checkFlow(yaml: string): FlowCheck {
  const flow = readFlow(yaml)
  return { ok: isPublishable(flow), flowId: flow.script?.id ?? null, findings: flow.findings }
}
