/** The rules of the day: what the directory tells the routing machine about queues and agents. */
import type { AgentId, Channel, QueueId, SkillId } from './ids.ts'

/** 1 (knows a little) to 5 (expert). */
export type Proficiency = 1 | 2 | 3 | 4 | 5

/** Least proficiency per skill. An empty requirement is met by every agent of the queue. */
export type Requirement = Readonly<Record<SkillId, Proficiency>>

/** After `afterMs` of waiting each named skill needs only this much; 0 drops it. Never raises a level. */
export type RelaxationStep = Readonly<{ afterMs: number; skills: Readonly<Record<SkillId, Proficiency | 0>> }>

/** After `afterMs` of waiting in this queue the interaction moves to the other one, keeping its age and priority. */
export type OverflowRule = Readonly<{ afterMs: number; toQueueId: QueueId }>

export type QueueRules = Readonly<{
  id: QueueId
  /** Asked of every interaction in this queue, together with what the interaction itself asks (the higher level wins). */
  requirement: Requirement
  /** 0–10, added to the interaction's own priority. */
  priority: number
  /**
   * How many milliseconds of waiting one priority point is worth. An interaction is overtaken by a later one only if
   * that arrives within (difference in priority × this); this bounds starvation. 0: priority counts for nothing.
   */
  ageingMsPerPoint: number
  /** Who of those that fit: highest sum of proficiency in what is required (ties: longest idle), or longest idle alone. */
  selection: 'most-skilled' | 'longest-idle'
  /** 1,000–300,000. On expiry the offer is a RONA. */
  ringTimeoutMs: number
  /** 0: no wrap-up. */
  wrapUpMs: number
  /** How much a wrap-up may be extended in all. */
  wrapUpExtensionLimitMs: number
  /** Above this many waiting, `enqueue` is answered with outcome `full`. null: no limit. */
  maxWaiting: number | null
  /** After this the interaction returns to its flow with outcome `timeout`. null: no limit. */
  maxWaitMs: number | null
  relaxation: readonly RelaxationStep[]
  overflow: readonly OverflowRule[]
  /** How long an interaction waits for its last or preferred agent alone, when that agent is signed in. 0: never. */
  preferredAgentHoldMs: number
}>

/** How many interactions of each channel at once; a channel that is absent is not served. */
export type Capacity = Readonly<Partial<Record<Channel, number>>>

export type AgentRules = Readonly<{
  id: AgentId
  skills: Readonly<Record<SkillId, Proficiency>>
  queueIds: readonly QueueId[]
  /**
   * Full load is 1; each interaction of a channel adds 1 / capacity[channel], so one call or three chats or a mixture
   * that stays within 1.
   */
  capacity: Capacity
  /**
   * Channels whose conversations give way to a call: they count nothing towards the room for one, and pause while it lasts.
   * Those of voice and video never do. Absent: none.
   */
  interruptible?: readonly Channel[]
}>
