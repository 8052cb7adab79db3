export type SipAccount = { username: string; password: string }

/** What the load calls: one way of bringing callers and agents together on the same Asterisk. */
export type SystemUnderTest = {
  readonly name: string
  /** Starts what the system needs beside Asterisk; agents register and sign in before the load. */
  start(): Promise<RunningSystem>
}

export type RunningSystem = AsyncDisposable & {
  /** The number that leads, answered and without a prompt, to a queue of many agents; and one of few. */
  readonly numbers: { many: string; few: string }
  readonly agents: { many: readonly SipAccount[]; few: readonly SipAccount[] }
  /** Makes the agents available, once their phones are registered. */
  signIn(): Promise<void>
  /** The processes whose CPU counts beside Asterisk's, by name, each with all its children. */
  processes(): Readonly<Record<string, number>>
}

/** How many agents the two queues have. */
export const agentCounts = { many: 400, few: 20 }
