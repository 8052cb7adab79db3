/** Calls to the outside: decides each, remembers what was let out for the limits, and writes every attempt down. */
import { randomUUID } from 'node:crypto'
import type { CountryCode } from 'libphonenumber-js/max'
import type { Destination } from '../core/dialling/destination.ts'
import {
  askerKey,
  decideDial,
  type DialAnswer,
  type DialDecision,
  type DialRefusal,
  type DialWish,
  type Route,
} from '../core/dialling/dial.ts'
import { changed, costOf, emptyLedger, pruned, withEntry, type Entry } from '../core/dialling/ledger.ts'
import type { Asker, OutboundRole } from '../core/dialling/policy.ts'
import { trunkEndpoint, type Way } from '../core/dialling/trunk.ts'
import type { ContactFact } from '../core/facts.ts'
import type { Instant } from '../core/ids.ts'
import type { Database } from '../platform/database/database.ts'
import type { Log } from '../platform/log.ts'
import { changeAttempt, insertAttempt, readLedger, type Attempt } from './attempt-store.ts'
import { emergencyNumbers } from './emergency-numbers.ts'
import { numberFor, readDestination } from './numbers.ts'
import type { OutboundDirectory, Trunk } from './ports.ts'
import { RefusalBounds } from './refusal-bounds.ts'

export type OutboundOptions = Readonly<{
  database: Database
  log: Log
  now(): Instant
  country: CountryCode
  /** Beside those that the country has. */
  moreEmergencyNumbers: readonly string[]
  directory: OutboundDirectory
  /** A way out from the settings, as a PJSIP dial string with `{number}` in it; null: none. */
  dialSetting: string | null
  /** The history of an interaction is told what was refused for it. */
  tell(fact: ContactFact): void
}>

export type Outbound = Readonly<{
  database: Database
  /** Before the first call. */
  start(): Promise<void>
  /** A call that begins now, or a refusal; either is written down. */
  ask(wish: DialWish): DialAnswer
  /** Whether `ask` would refuse it. A refusal is written down, for somebody wanted to call; nothing is counted. */
  wouldRefuse(wish: DialWish): DialRefusal | null
  /** How it would be called; nothing is counted, and nothing written down. */
  plan(wish: DialWish): Readonly<{ kind: 'routes'; routes: readonly Route[] }> | DialRefusal
  /** Why no agent is ever let out to it, whatever was called before; null: they may be. Nothing is written down. */
  neverLetOut(number: string): DialRefusal | null
  /** It goes over this trunk now, as this channel; again when it fails over to another. */
  placed(attemptId: string, trunkId: string, channelId: string): void
  /** Channels that are no call to the outside change nothing. */
  connected(channelId: string): void
  ended(channelId: string, cause: string): void
  /** After a time in which nobody listened: calls whose channel isn't up any more have ended. */
  stillUp(isUp: (channelId: string) => boolean): void
  /** Everything so far is written down. */
  settled(): Promise<void>
}>

type OwnWay = Way & Readonly<{ route(destination: Destination): string }>

/** What another moment would not change. */
const lasting: ReadonlySet<DialRefusal['code']> = new Set(['not-a-number', 'destination-not-allowed'])
const refusal = (code: DialRefusal['code'], message: string): DialRefusal => ({ kind: 'refused', code, message })

const settingTrunk = { id: 'setting', priority: 50, rate: { perCall: 0, perMinute: 0 }, prefixes: [], emergency: true }

export function createOutbound(options: OutboundOptions): Outbound {
  const { database, directory, log, now, country, tell } = options
  const emergency = emergencyNumbers(country, options.moreEmergencyNumbers)
  const bounds = new RefusalBounds()
  let ledger = emptyLedger
  /** Channel -> attempt, as long as it may be up. */
  const channels = new Map<string, string>()
  let writing: Promise<void> = Promise.resolve()

  // One after another, so that an end never comes before its beginning.
  const write = (work: () => Promise<void>): void => {
    writing = writing
      .then(work)
      .catch((error: unknown) => log.error({ err: error }, 'an attempt to call out was not written down'))
  }

  const ways = (): OwnWay[] => {
    const { dialSetting } = options
    const own = directory.trunks().flatMap((trunk) => (trunk.enabled ? [wayOver(trunk, country)] : []))
    if (dialSetting === null) return own
    const route = ({ number }: Destination): string => dialSetting.replace('{number}', number)
    return [...own, { ...settingTrunk, callerId: null, route }]
  }

  const decide = (wish: DialWish) => {
    const destination = readDestination(wish.number, country, emergency)
    const role = roleOf(wish.asker, directory)
    const decision = decideDial(
      directory.policy(),
      ledger,
      { asker: wish.asker, role, destination, ways: ways() },
      now(),
    )
    return { destination, role, decision }
  }

  const refused = (wish: DialWish, { destination, role, decision }: ReturnType<typeof decide>) => {
    if (decision.kind === 'allowed') return null
    const { code, message, classId } = decision
    const { asker, interactionId } = wish
    const at = now()
    if (bounds.admitsRow(askerKey(asker), at)) {
      const attempt = attemptOf({ wish, role, at, number: destination?.number ?? wish.number, classId })
      write(() => insertAttempt(database.knex, { ...attempt, refusedAs: code, refusal: message, endedAt: attempt.at }))
      log.warn({ asker: askerKey(asker), code, interactionId }, 'a call out was refused')
    }
    if (interactionId !== null && bounds.admitsFact(interactionId)) {
      const agentId = asker.kind === 'agent' ? asker.agentId : null
      tell({ at, kind: 'call-out-refused', interactionId, by: asker.kind, agentId, code })
    }
    return { kind: 'refused', code, message } as const
  }

  const ended = (channelId: string, cause: string): void => {
    const id = channels.get(channelId)
    if (id === undefined) return
    channels.delete(channelId)
    const at = now()
    ledger = changed(ledger, id, { endedAt: at })
    const entry = ledger.entries.find((one) => one.id === id)
    const cost = entry === undefined ? null : costOf(entry, at)
    write(() => changeAttempt(database.knex, id, { endedAt: new Date(at), cause, cost }))
  }

  return {
    database,
    async start() {
      const longest = Math.max(0, ...directory.policy().limits.map(({ windowMs }) => windowMs))
      const entries = await readLedger(database.knex, new Date(now() - longest))
      ledger = { entries }
      for (const { id, channelId, endedAt } of entries)
        if (endedAt === null && channelId !== null) channels.set(channelId, id)
    },
    plan(wish) {
      const { destination, decision } = decide(wish)
      if (decision.kind === 'refused' || destination === null) return refusalOf(decision)
      return { kind: 'routes', routes: routesOver(decision.ways, destination, wish) }
    },
    neverLetOut(number) {
      const destination = readDestination(number, country, emergency)
      if (destination?.emergency === true)
        return refusal('emergency-callback', 'emergency services are called by nobody but a person in need')
      const question = { asker: { kind: 'system' }, role: 'agent', destination, ways: ways() } as const
      const decision = decideDial(directory.policy(), emptyLedger, question, now())
      const isLasting = decision.kind === 'refused' && lasting.has(decision.code)
      return isLasting ? refusal(decision.code, decision.message) : null
    },
    wouldRefuse: (wish) => refused(wish, decide(wish)),
    ask(wish) {
      const decided = decide(wish)
      const { destination, role, decision } = decided
      if (decision.kind === 'refused' || destination === null) return refused(wish, decided) ?? refusalOf(decision)
      const rate = decision.ways[0]?.rate ?? { perCall: 0, perMinute: 0 }
      const { number } = destination
      const attempt = attemptOf({ wish, role, at: now(), number, classId: decision.classId, ...rate })
      const entry: Entry = {
        id: attempt.id,
        at: attempt.at.getTime(),
        // Emergency calls pass without one.
        role: role ?? 'system',
        asker: decision.asker,
        number,
        classId: decision.classId,
        rate,
        connectedAt: null,
        endedAt: null,
      }
      ledger = withEntry(pruned(ledger, directory.policy().limits, now()), entry)
      write(() => insertAttempt(database.knex, attempt))
      const routes = routesOver(decision.ways, destination, wish)
      return { kind: 'routes', attemptId: attempt.id, number, routes }
    },
    placed(attemptId, trunkId, channelId) {
      channels.set(channelId, attemptId)
      const rate = ways().find(({ id }) => id === trunkId)?.rate
      if (rate !== undefined) ledger = changed(ledger, attemptId, { rate })
      write(() => changeAttempt(database.knex, attemptId, { trunkId, channelId, ...rate }))
    },
    connected(channelId) {
      const id = channels.get(channelId)
      if (id === undefined) return
      const at = now()
      ledger = changed(ledger, id, { connectedAt: at })
      write(() => changeAttempt(database.knex, id, { connectedAt: new Date(at) }))
    },
    ended,
    stillUp(isUp) {
      for (const channelId of [...channels.keys()]) if (!isUp(channelId)) ended(channelId, 'unseen')
    },
    settled: () => writing,
  }
}

const noNumber: DialRefusal = { kind: 'refused', code: 'not-a-number', message: 'that is not a number' }

function refusalOf(decision: DialDecision<OwnWay>): DialRefusal {
  if (decision.kind === 'allowed') return noNumber
  const { kind, code, message } = decision
  return { kind, code, message }
}

function routesOver(ways: readonly OwnWay[], destination: Destination, { callerId }: DialWish): Route[] {
  return ways.map((way) => ({
    trunkId: way.id,
    endpoint: way.route(destination),
    callerId: callerId ?? way.callerId,
  }))
}

function wayOver(trunk: Trunk, country: CountryCode): OwnWay {
  const { id, priority, perCall, perMinute, prefixes, emergency, callerId } = trunk
  const route = (destination: Destination): string =>
    `PJSIP/${numberFor(destination, trunk.numberForm, country)}@${trunkEndpoint(id)}`
  return { id, priority, rate: { perCall, perMinute }, prefixes, emergency, callerId, route }
}

function roleOf(asker: Asker, directory: OutboundDirectory): OutboundRole | null {
  return asker.kind === 'agent' ? directory.roleOf(asker.agentId) : asker.kind
}

function attemptOf(made: {
  wish: DialWish
  role: OutboundRole | null
  at: Instant
  number: string
  classId: string | null
  perCall?: number
  perMinute?: number
}): Attempt {
  const { wish, at, perCall = 0, perMinute = 0, ...same } = made
  return {
    ...same,
    id: randomUUID(),
    at: new Date(at),
    // The column holds what a person may have dialled by mistake as well.
    number: made.number.slice(0, 100),
    askerKind: wish.asker.kind,
    askerId: askerIdOf(wish.asker),
    interactionId: wish.interactionId,
    perCall,
    perMinute,
    refusedAs: null,
    refusal: null,
    trunkId: null,
    channelId: null,
    connectedAt: null,
    endedAt: null,
    cause: null,
    cost: null,
  }
}

function askerIdOf(asker: Asker): string | null {
  switch (asker.kind) {
    case 'agent':
      return asker.agentId
    case 'flow':
      return asker.flowId
    case 'callback':
    case 'system':
      return null
  }
}
