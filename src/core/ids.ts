/** Names of things. Plain strings: parsers at the edge vouch for them, and facts carry them as they are. */
export type InteractionId = string
export type AgentId = string
export type CustomerId = string
export type QueueId = string
export type SkillId = string
export type EntryPointId = string
export type FlowId = string
/** `<interactionId>/<n>`: the n-th offer of that interaction, counted from 1. */
export type OfferId = string

/** Milliseconds since the Unix epoch. Inside the core it only ever comes from an input. */
export type Instant = number

export const channels = ['voice', 'video', 'chat', 'sms', 'messenger', 'email'] as const
export type Channel = (typeof channels)[number]
