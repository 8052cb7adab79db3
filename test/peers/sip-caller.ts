import { startSipp, type Sipp } from './sipp.ts'
import { fillScenario, renderKeyPresses, type KeyPresses } from './sipp-scenario.ts'

/** How a call of a SIPp caller goes on after its INVITE. */
export type CallerBehaviour =
  /** After `talkMs`, unless the other side hangs up before: the messages say who sent the BYE. */
  | { does: 'hang-up'; talkMs: number }
  | { does: 'wait-for-bye' }
  | { does: 'cancel'; ringMs: number }
  | { does: 'be-refused'; status: number }

export type SipCallerOptions = {
  host: string
  port: number
  number: string
  behaviour: CallerBehaviour
  /** The From user; SIPp keywords such as `[call_number]` make it unique per call. Default `anonymous`. */
  callerNumber?: string
  keys?: KeyPresses
  toneHz?: number
  transport?: 'udp' | 'tcp'
  /** Default 1. */
  calls?: number
  rate?: number
  timeoutMs?: number
}

/** A caller without an account, played by SIPp. Its result is in `sipp.result`. */
export async function startSipCaller(options: SipCallerOptions): Promise<Sipp> {
  const { host, port, number, behaviour, transport = 'udp', calls = 1, rate = 10, timeoutMs = 60_000 } = options
  const callerNumber = options.callerNumber ?? 'anonymous'
  const digits = options.keys === undefined ? '' : fillScenario(renderKeyPresses(options.keys), { callerNumber })
  // SIPp's own limit of calls at once knows nothing of how long they last.
  const common = { host, port, number, transport, calls, limit: calls, rate, timeoutMs, toneHz: options.toneHz ?? 440 }
  const values = { callerNumber, digits }
  switch (behaviour.does) {
    case 'hang-up':
      return startSipp({
        ...common,
        values: { ...values, talkMs: behaviour.talkMs },
        scenario: 'caller-hangs-up',
        // A BYE that crosses its own would end SIPp's call as a failure.
        args: ['-default_behaviors', 'all,-bye,-abortunexp'],
      })
    case 'wait-for-bye':
      return startSipp({ ...common, values, scenario: 'caller-waits' })
    case 'cancel':
      return startSipp({ ...common, values, scenario: 'caller-cancels', pauseMs: behaviour.ringMs })
    case 'be-refused':
      return startSipp({ ...common, values: { ...values, status: behaviour.status }, scenario: 'caller-refused' })
  }
}
