/** The whole directory at one moment, indexed for those who ask on every call; and what changed between two of them. */
import { isDeepStrictEqual } from 'node:util'
import type { Calendar } from '../core/calendar/calendar.ts'
import { firstPolicy, type OutboundPolicy } from '../core/dialling/policy.ts'
import type { AgentId, Channel, QueueId } from '../core/ids.ts'
import type { AgentRules, QueueRules } from '../core/rules.ts'
import type { EntryPoint } from './entry-point.ts'
import type { Hours } from './hours.ts'
import type { NotReadyReason, Skill } from './label.ts'
import { rulesOf, settingsOf, type Queue, type QueueSettings } from './queue.ts'
import { sipRealm, type SipAccount } from './sip-account.ts'
import type { Trunk } from './trunk.ts'
import { agentRulesOf, type User } from './user.ts'

export type DirectoryContent = Readonly<{
  users: readonly User[]
  /** By user; apart from the user, so that it can't be shown by mistake. */
  sipDigests: ReadonlyMap<AgentId, string>
  skills: readonly Skill[]
  queues: readonly Queue[]
  entryPoints: readonly EntryPoint[]
  hours: readonly Hours[]
  notReadyReasons: readonly NotReadyReason[]
  trunks: readonly Trunk[]
  outboundPolicy: OutboundPolicy
}>

export type DirectorySnapshot = Readonly<{
  users: ReadonlyMap<string, User>
  skills: ReadonlyMap<string, Skill>
  queues: ReadonlyMap<QueueId, Queue>
  entryPoints: ReadonlyMap<string, EntryPoint>
  hours: ReadonlyMap<string, Hours>
  notReadyReasons: ReadonlyMap<string, NotReadyReason>
  /** With their passwords. */
  trunks: ReadonlyMap<string, Trunk>
  outboundPolicy: OutboundPolicy
  agentRules: ReadonlyMap<AgentId, AgentRules>
  queueRules: ReadonlyMap<QueueId, QueueRules>
  queueSettings: ReadonlyMap<QueueId, QueueSettings>
  sipAccounts: ReadonlyMap<AgentId, SipAccount>
  agentBySipUsername: ReadonlyMap<string, AgentId>
  /** Enabled ones, by `addressKey`. */
  entryPointByAddress: ReadonlyMap<string, EntryPoint>
  calendars: Readonly<Record<string, Calendar>>
}>

export type DirectoryChange =
  | Readonly<{ kind: 'queue-rules-changed'; queue: QueueRules }>
  | Readonly<{ kind: 'queue-settings-changed'; settings: QueueSettings }>
  | Readonly<{ kind: 'queue-removed'; queueId: QueueId }>
  | Readonly<{ kind: 'agent-rules-changed'; agent: AgentRules }>
  | Readonly<{ kind: 'agent-removed'; agentId: AgentId }>
  /** Somebody came, went, or is called differently now. */
  | Readonly<{ kind: 'users-changed' }>
  | Readonly<{ kind: 'sip-accounts-changed' }>
  | Readonly<{ kind: 'trunks-changed' }>
  | Readonly<{ kind: 'outbound-policy-changed' }>
  | Readonly<{ kind: 'entry-points-changed' }>
  | Readonly<{ kind: 'calendars-changed' }>

const byId = <T extends { readonly id: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  new Map(items.map((item) => [item.id, item]))

export const addressKey = (channel: Channel, address: string): string => `${channel} ${address.toLowerCase()}`

export function snapshotOf(content: DirectoryContent): DirectorySnapshot {
  const agentRules = content.users.map(agentRulesOf).filter((rules) => rules !== null)
  const sipAccounts = new Map<AgentId, SipAccount>()
  for (const user of content.users) {
    const ha1 = content.sipDigests.get(user.id)
    if (!user.enabled || user.agent === null || ha1 === undefined) continue
    sipAccounts.set(user.id, { agentId: user.id, username: user.agent.sip.username, ha1, realm: sipRealm })
  }
  const open = content.entryPoints.filter((entryPoint) => entryPoint.enabled)
  return {
    users: byId(content.users),
    skills: byId(content.skills),
    queues: byId(content.queues),
    entryPoints: byId(content.entryPoints),
    hours: byId(content.hours),
    notReadyReasons: byId(content.notReadyReasons),
    trunks: byId(content.trunks),
    outboundPolicy: content.outboundPolicy,
    agentRules: byId(agentRules),
    queueRules: byId(content.queues.map(rulesOf)),
    queueSettings: byId(content.queues.map(settingsOf)),
    sipAccounts,
    agentBySipUsername: new Map([...sipAccounts.values()].map((account) => [account.username, account.agentId])),
    entryPointByAddress: new Map(open.map((point) => [addressKey(point.channel, point.address), point])),
    calendars: Object.fromEntries(content.hours.map(({ id, calendar }) => [id, calendar])),
  }
}

export const emptySnapshot: DirectorySnapshot = snapshotOf({
  users: [],
  sipDigests: new Map(),
  skills: [],
  queues: [],
  entryPoints: [],
  hours: [],
  notReadyReasons: [],
  trunks: [],
  outboundPolicy: firstPolicy,
})

/** Queues before agents, so that whoever follows in order never meets an agent of an unknown queue. */
export function changesBetween(before: DirectorySnapshot, after: DirectorySnapshot): DirectoryChange[] {
  const changes: DirectoryChange[] = []
  for (const queue of changed(before.queueRules, after.queueRules)) changes.push({ kind: 'queue-rules-changed', queue })
  for (const settings of changed(before.queueSettings, after.queueSettings))
    changes.push({ kind: 'queue-settings-changed', settings })
  for (const agent of changed(before.agentRules, after.agentRules)) changes.push({ kind: 'agent-rules-changed', agent })
  for (const agentId of removed(before.agentRules, after.agentRules)) changes.push({ kind: 'agent-removed', agentId })
  for (const queueId of removed(before.queueRules, after.queueRules)) changes.push({ kind: 'queue-removed', queueId })
  if (!isDeepStrictEqual(before.users, after.users)) changes.push({ kind: 'users-changed' })
  if (!isDeepStrictEqual(before.sipAccounts, after.sipAccounts)) changes.push({ kind: 'sip-accounts-changed' })
  if (!isDeepStrictEqual(before.trunks, after.trunks)) changes.push({ kind: 'trunks-changed' })
  if (!isDeepStrictEqual(before.outboundPolicy, after.outboundPolicy)) changes.push({ kind: 'outbound-policy-changed' })
  if (!isDeepStrictEqual(before.entryPoints, after.entryPoints)) changes.push({ kind: 'entry-points-changed' })
  if (!isDeepStrictEqual(before.calendars, after.calendars)) changes.push({ kind: 'calendars-changed' })
  return changes
}

function changed<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): T[] {
  return [...after].filter(([id, item]) => !isDeepStrictEqual(before.get(id), item)).map(([, item]) => item)
}

function removed(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): string[] {
  return [...before.keys()].filter((id) => !after.has(id))
}
