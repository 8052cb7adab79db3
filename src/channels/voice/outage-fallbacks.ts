/**
 * Whom the dialplan calls in our place when we are away (dialplans/extensions.conf, [outage]): kept in Asterisk's global
 * variables, where no caller reaches, as dial strings that the outbound policy has allowed.
 */
import type { Ari } from './ari/operations.ts'
import type { VoicePorts } from './ports.ts'

const anyNumber = 'FALLBACK'

export class OutageFallbacks {
  readonly #ari: Ari
  readonly #ports: VoicePorts
  readonly #pushed = new Map<string, string>()
  #pushing: Promise<void> = Promise.resolve()

  constructor(ari: Ari, ports: VoicePorts) {
    this.#ari = ari
    this.#ports = ports
  }

  connected(): void {
    this.#pushed.clear()
    this.push()
  }

  push(): void {
    this.#pushing = this.#pushing
      .then(() => this.#push())
      .catch((error: unknown) => this.#ports.log.error({ err: error }, 'the fallback numbers could not be pushed'))
  }

  async #push(): Promise<void> {
    const wanted = new Map(
      this.#ports.directory.fallbacks().map(({ dialled, number }) => [variableOf(dialled), this.#endpointOf(number)]),
    )
    for (const name of this.#pushed.keys()) if (!wanted.has(name)) await this.#set(name, '')
    for (const [name, endpoint] of wanted) if (this.#pushed.get(name) !== endpoint) await this.#set(name, endpoint)
  }

  async #set(name: string, endpoint: string): Promise<void> {
    const { status } = await this.#ari.setGlobal(name, endpoint)
    if (status >= 200 && status < 300) this.#pushed.set(name, endpoint)
    else this.#ports.log.error({ name, status }, 'a fallback number was not taken by Asterisk')
  }

  /** Empty: it may not be called, and callers leave a message. */
  #endpointOf(number: string): string {
    const wish = { asker: { kind: 'system' }, number, interactionId: null, callerId: null } as const
    const plan = this.#ports.outbound.plan(wish)
    if (plan.kind === 'routes') return plan.routes[0]?.endpoint ?? ''
    this.#ports.log.warn({ code: plan.code }, 'a fallback number may not be called: callers leave a message instead')
    return ''
  }
}

/** `dialled` null: whatever has none of its own. */
function variableOf(dialled: string | null): string {
  return dialled === null ? anyNumber : `${anyNumber}_${dialled.replaceAll(/[^0-9A-Za-z]/g, '')}`
}
