/** The legs of one call on their way to being up: made under the application's control first, then dialled. */
import { isWayTroubled } from '../../core/dialling/trunk.ts'
import type { Placement, Route } from '../../core/dialling/dial.ts'
import type { InteractionId, Instant } from '../../core/ids.ts'
import type { Log } from '../../platform/log.ts'
import { failureOf, type AriReply } from './ari/connection.ts'
import type { Ari } from './ari/operations.ts'
import { linkVariables } from './node-links.ts'
import type { OutboundPort } from './ports.ts'

/** How a leg ended before it was up, as the call machine takes it; `seen` false: nobody knows. */
export type LegGone = Readonly<{ channelId: string; cause: number; seen: boolean }>

type AgentLegRequest = Readonly<{
  channelId: string
  account: string
  variables: Readonly<Record<string, string>>
  originator: string | null
}>

type LegRequest = Readonly<{
  channelId: string
  endpoint: string
  /** Asterisk itself gives up after so long, should we be gone by then. */
  timeoutSeconds: number
  /** Of the leg's channel: what the phone shows. */
  variables: Readonly<Record<string, string>>
  /** Its codecs are preferred, so that nothing is transcoded. */
  originator: string | null
}>

type OutsideRequest = Omit<LegRequest, 'endpoint' | 'variables'>

/** A call to the outside, and what is left to try should this way fail. */
type Outside = Readonly<{ request: OutsideRequest; attemptId: string; rest: readonly Route[] }>

/** How long Asterisk lets an agent's phone ring beyond the offer, should we be gone when it expires. */
const ringGraceMs = 5_000
const customerRingMs = 30_000
/** Q.850 20: Asterisk has no contact for it. */
const noRoute = 20
/** Asterisk's clock and ours may differ by as much. */
const earlyMs = 500

export class Legs {
  readonly #interactionId: InteractionId
  readonly #ari: Ari
  readonly #log: Log
  readonly #onGone: (leg: LegGone) => void
  /** Made and not yet in the application, to how many seconds they may ring; null: nobody has asked for it to ring yet. */
  readonly #toDial = new Map<string, number | null>()
  /** Made before they were asked for: in the application, or refused. */
  readonly #prepared = new Map<string, 'entered' | 'refused'>()
  /** When Asterisk gives up ringing a leg. */
  readonly #ringUntil = new Map<string, Instant>()
  readonly #now: () => Instant
  readonly #outbound: OutboundPort
  readonly #outside = new Map<string, Outside>()

  constructor(options: {
    interactionId: InteractionId
    ari: Ari
    outbound: OutboundPort
    log: Log
    now(): Instant
    onGone(leg: LegGone): void
  }) {
    this.#interactionId = options.interactionId
    this.#ari = options.ari
    this.#log = options.log
    this.#outbound = options.outbound
    this.#now = options.now
    this.#onGone = options.onGone
  }

  /** Makes a leg that is about to be asked for. Nothing rings yet; one that is not asked for goes with its entry. */
  prepareAgent(request: AgentLegRequest): void {
    this.#toDial.set(request.channelId, null)
    void this.#create({ ...request, endpoint: `PJSIP/${request.account}` })
  }

  ringAgent(request: AgentLegRequest & { expiresAt: Instant }): void {
    const { account, expiresAt, ...leg } = request
    const leftMs = Math.max(expiresAt - this.#now(), 0)
    const timeoutSeconds = Math.ceil((leftMs + ringGraceMs) / 1_000)
    const { channelId } = leg
    const prepared = this.#prepared.get(channelId)
    this.#prepared.delete(channelId)
    if (prepared === 'refused') return this.#onGone({ channelId, cause: noRoute, seen: true })
    if (prepared === 'entered') return void this.#dial(channelId, timeoutSeconds)
    if (this.#toDial.has(channelId)) return void this.#toDial.set(channelId, timeoutSeconds)
    void this.#make({ ...leg, endpoint: `PJSIP/${account}`, timeoutSeconds })
  }

  /** `timeoutMs`: how long it may ring, on each way. */
  ringOutside(request: {
    channelId: string
    placement: Placement
    timeoutMs?: number
    originator: string | null
  }): void {
    const { placement, timeoutMs = customerRingMs, channelId, originator } = request
    const timeoutSeconds = Math.max(1, Math.round(timeoutMs / 1_000))
    const { attemptId, routes } = placement
    this.#takeWay({ request: { channelId, originator, timeoutSeconds }, attemptId, rest: routes })
  }

  /** A leg that was made beforehand and that nobody will ask for. */
  discard(channelId: string): void {
    if (this.#prepared.get(channelId) === 'entered') void this.#ari.hangUp(channelId, 'normal')
    this.#prepared.delete(channelId)
    // One that has not entered yet is hung up when it does.
    if (this.#toDial.get(channelId) === null) this.#toDial.delete(channelId)
  }

  /** A leg that goes outside is gone before anybody answered there; true: the next way is tried, and it isn't over. */
  failsOver(channelId: string, answer: Readonly<{ sip: number | null; cause: number }>): boolean {
    const outside = this.#outside.get(channelId)
    if (outside === undefined || outside.rest.length === 0 || !isWayTroubled(answer)) return false
    const { interactionId, attemptId } = { interactionId: this.#interactionId, attemptId: outside.attemptId }
    this.#log.warn({ interactionId, attemptId, answer }, 'a trunk failed; trying the next')
    this.#takeWay(outside)
    return true
  }

  /** Somebody answered: how it ends from now on is no trouble of the way. */
  up(channelId: string): void {
    this.#outside.delete(channelId)
  }

  #takeWay({ request, attemptId, rest: [way, ...rest] }: Outside): void {
    if (way === undefined) return
    const { channelId } = request
    this.#outside.set(channelId, { request, attemptId, rest })
    this.#outbound.placed(attemptId, way.trunkId, channelId)
    const variables =
      way.callerId === null ? {} : { 'CONNECTEDLINE(num,i)': way.callerId, 'CONNECTEDLINE(pres,i)': 'allowed' }
    void this.#make({ ...request, endpoint: way.endpoint, variables })
  }

  #make({ timeoutSeconds, ...leg }: LegRequest): Promise<void> {
    this.#toDial.set(leg.channelId, timeoutSeconds)
    return this.#create(leg)
  }

  async #create({ channelId, endpoint, variables, originator }: Omit<LegRequest, 'timeoutSeconds'>): Promise<void> {
    const all = { ...variables, ...linkVariables(endpoint, channelId) }
    const reply = await this.#ari.createLeg(channelId, endpoint, all, originator)
    if (this.#toDial.get(channelId) !== null) return this.#unlessRefused(reply, channelId)
    if (failureOf(reply) === null) return
    this.#toDial.delete(channelId)
    this.#prepared.set(channelId, 'refused')
  }

  /** The leg is ours now and may be dialled: one that has not entered the application yet can't be. */
  async entered(channelId: string, stillWanted: boolean): Promise<void> {
    const timeoutSeconds = this.#toDial.get(channelId)
    this.#toDial.delete(channelId)
    if (timeoutSeconds === null) return void this.#prepared.set(channelId, 'entered')
    if (timeoutSeconds === undefined || !stillWanted) return void this.#ari.hangUp(channelId, 'normal')
    await this.#dial(channelId, timeoutSeconds)
  }

  async #dial(channelId: string, timeoutSeconds: number): Promise<void> {
    this.#ringUntil.set(channelId, this.#now() + timeoutSeconds * 1_000)
    this.#unlessRefused(await this.#ari.dial(channelId, timeoutSeconds), channelId)
  }

  /** After recovery: it rings for an offer that was made to end then. */
  rings(channelId: string, expiresAt: Instant): void {
    this.#ringUntil.set(channelId, expiresAt + ringGraceMs)
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
    // Without an answer of Asterisk nobody knows whether it rings.
    if (failed.status !== 0 && this.failsOver(channelId, { sip: null, cause: noRoute })) return
    this.#log.warn({ interactionId: this.#interactionId, channelId, failed }, 'a leg could not be dialled')
    this.#outbound.ended(channelId, `not dialled (${failed.status})`)
    this.#onGone({ channelId, cause: failed.status === 0 ? 38 : noRoute, seen: failed.status !== 0 })
    void this.#ari.hangUp(channelId, 'normal')
  }
}
