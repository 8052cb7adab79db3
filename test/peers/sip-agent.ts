import { freePort } from '../../src/supervisor/free-port.ts'
import { startSipp, runSipp, type Sipp } from './sipp.ts'

/** What an agent's phone does with a call. */
export type AgentBehaviour =
  | { does: 'answer'; ringMs: number }
  | { does: 'hang-up'; ringMs: number; talkMs: number }
  | { does: 'refer'; ringMs: number; talkMs: number; referTo: string; referSub: boolean }
  | { does: 'reject'; ringMs: number; status: RejectStatus }
  | { does: 'busy'; status: RejectStatus }
  | { does: 'ring' }
  | { does: 'stay-silent' }
  | { does: 'answer-when-cancelled' }

export type RejectStatus = 404 | 480 | 486 | 488 | 603

const reasons: Record<RejectStatus, string> = {
  404: 'Not Found',
  480: 'Temporarily Unavailable',
  486: 'Busy Here',
  488: 'Not Acceptable Here',
  603: 'Decline',
}

export type SipAgentOptions = {
  host: string
  port: number
  username: string
  password: string
  behaviour: AgentBehaviour
  /** The sine that it says once answered, default 440 Hz. */
  toneHz?: number
  transport?: 'udp' | 'tcp'
  /** Calls before it ends; without it, it goes on until it is stopped. */
  calls?: number
  timeoutMs?: number
}

/** An agent's phone played by SIPp: it registers with digest authentication, then does the same with every call. */
export async function startSipAgent(options: SipAgentOptions): Promise<Sipp> {
  const { scenario, values } = agentScenario(options.behaviour)
  const { transport = 'udp', toneHz = 440, timeoutMs = 60_000 } = options
  const calls = options.calls === undefined ? {} : { calls: options.calls }
  // Registered from the port that it will listen at: a server may take the sender's address for the contact.
  const localPort = await freePort()
  await registerContact({ ...options, transport, contactPort: localPort, localPort })
  return startSipp({ scenario, values, transport, toneHz, timeoutMs, localPort, ...calls })
}

export type RegisterOptions = {
  host: string
  port: number
  username: string
  password: string
  contactPort: number
  /** Where REGISTER is sent from, default a free port. */
  localPort?: number
  transport?: 'udp' | 'tcp'
  /** 0 removes the contact; default 300. */
  expiresS?: number
}

/** Registers a contact of 127.0.0.1; throws when the server refuses it. */
export async function registerContact(options: RegisterOptions): Promise<void> {
  const { host, port, username, password, contactPort, transport = 'udp', expiresS = 300 } = options
  const values = { username, authentication: authentication(username, password), contactPort, expiresS }
  const from = options.localPort === undefined ? {} : { localPort: options.localPort }
  const result = await runSipp({
    scenario: 'register',
    values,
    host,
    port,
    transport,
    ...from,
    calls: 1,
    timeoutMs: 10_000,
  })
  if (result.successful !== 1) throw new Error(`SIPp could not register ${username}: ${result.errors}`)
}

/** What SIPp replaces with the answer to a digest challenge: in a scenario, or in a field of a row. */
export function authentication(username: string, password: string): string {
  return `[authentication username=${username} password=${password}]`
}

function agentScenario(behaviour: AgentBehaviour): { scenario: string; values: Record<string, string | number> } {
  switch (behaviour.does) {
    case 'answer':
      return { scenario: 'agent-answers', values: { ringMs: behaviour.ringMs } }
    case 'hang-up':
      return { scenario: 'agent-hangs-up', values: { ringMs: behaviour.ringMs, talkMs: behaviour.talkMs } }
    case 'refer': {
      const { does: _, referSub, ...values } = behaviour
      return { scenario: 'agent-refers', values: { ...values, referSub: String(referSub) } }
    }
    case 'reject': {
      const { status, ringMs } = behaviour
      return { scenario: 'agent-rejects', values: { status, reason: reasons[status], ringMs } }
    }
    case 'busy':
      return { scenario: 'agent-busy', values: { status: behaviour.status, reason: reasons[behaviour.status] } }
    case 'ring':
      return { scenario: 'agent-rings', values: {} }
    case 'stay-silent':
      return { scenario: 'agent-silent', values: {} }
    case 'answer-when-cancelled':
      return { scenario: 'agent-crosses', values: {} }
  }
}
