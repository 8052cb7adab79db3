/** The legs of one call on their way to being up: made under the application's control first, then dialled. */
import type { InteractionId, Instant } from '../../core/ids.ts'
import type { Log } from '../../platform/log.ts'
import { failureOf, type AriReply } from './ari/connection.ts'
import type { Ari } from './ari/operations.ts'
import type { CallParty } from './live-call.ts'
import type { CallbackRequest } from './ports.ts'

/** How a leg ended before it was up, as the call machine takes it; `seen` false: nobody knows. */
export type LegGone = Readonly<{ channelId: string; cause: number; seen: boolean }>

export type LegRequest = Readonly<{
  channelId: string
  endpoint: string
  /** Asterisk itself gives up after so long, should we be gone by then. */
  timeoutSeconds: number
  /** Of the leg's channel: what the phone shows. */
  variables: Readonly<Record<string, string>>
  /** Its codecs are preferred, so that nothing is transcoded. */
  originator: string | null
}>

/** Asterisk's clock and ours may differ by as much. */
const earlyMs = 500

export class Legs {
  readonly #interactionId: InteractionId
  readonly #ari: Ari
  readonly #log: Log
  readonly #onGone: (leg: LegGone) => void
  /** Made and not yet in the application, to how many seconds they may ring. */
  readonly #toDial = new Map<string, number>()
  /** When Asterisk gives up ringing a leg. */
  readonly #ringUntil = new Map<string, Instant>()
  readonly #now: () => Instant

  constructor(options: {
    interactionId: InteractionId
    ari: Ari
    log: Log
    now(): Instant
    onGone(leg: LegGone): void
  }) {
    this.#interactionId = options.interactionId
    this.#ari = options.ari
    this.#log = options.log
    this.#now = options.now
    this.#onGone = options.onGone
  }

  async make({ channelId, endpoint, timeoutSeconds, variables, originator }: LegRequest): Promise<void> {
    this.#toDial.set(channelId, timeoutSeconds)
    this.#unlessRefused(await this.#ari.createLeg(channelId, endpoint, { ...variables }, originator), channelId)
  }

  /** The leg is ours now and may be dialled: one that has not entered the application yet can't be. */
  async entered(channelId: string, stillWanted: boolean): Promise<void> {
    const timeoutSeconds = this.#toDial.get(channelId)
    this.#toDial.delete(channelId)
    if (timeoutSeconds === undefined || !stillWanted) return void this.#ari.hangUp(channelId, 'normal')
    this.ringsUntil(channelId, this.#now() + timeoutSeconds * 1_000)
    this.#unlessRefused(await this.#ari.dial(channelId, timeoutSeconds), channelId)
  }

  ringsUntil(channelId: string, at: Instant): void {
    this.#ringUntil.set(channelId, at)
  }

  /** Asterisk has let it ring as long as it was told to: that its agent should have answered is for the router to say. */
  isTimedOut(channelId: string): boolean {
    const until = this.#ringUntil.get(channelId)
    return until !== undefined && this.#now() >= until - earlyMs
  }

  #unlessRefused(reply: AriReply, channelId: string): void {
    const failed = failureOf(reply)
    if (failed === null) return
    // Whether it got through is found out when we are connected again.
    if (failed.status === 0 && !this.#ari.isConnected()) return
    this.#toDial.delete(channelId)
    this.#log.warn({ interactionId: this.#interactionId, channelId, failed }, 'a leg could not be dialled')
    this.#onGone({ channelId, cause: failed.status === 0 ? 38 : 20, seen: failed.status !== 0 })
    void this.#ari.hangUp(channelId, 'normal')
  }
}

/** What the agent's phone shows: the customer's number and name. */
export function agentDisplay(party: CallParty, callback: CallbackRequest | null): Record<string, string> {
  const number = callback?.number ?? party.caller.identity ?? 'anonymous'
  const name = party.caller.customer?.name ?? party.displayName ?? ''
  return { 'CONNECTEDLINE(num,i)': number, 'CONNECTEDLINE(name,i)': name, 'CONNECTEDLINE(pres)': 'allowed' }
}
