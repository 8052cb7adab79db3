/** How much of an agent an interaction takes: whole units, so that a third three times is exactly one. */
import type { Channel } from '../ids.ts'
import type { AgentRules, Capacity } from '../rules.ts'

/** Divisible by every capacity up to 16. */
export const fullLoad = 720_720

/** What one interaction of the channel adds to the load; null when the capacity doesn't serve the channel. */
export function loadOf(capacity: Capacity, channel: Channel): number | null {
  const atOnce = capacity[channel] ?? 0
  return atOnce >= 1 ? Math.floor(fullLoad / atOnce) : null
}

/** Somebody speaks: that can't wait for a mail to be written. */
export const isUrgent = (channel: Channel): boolean => channel === 'voice' || channel === 'video'

export const givesWay = ({ interruptible = [] }: AgentRules, channel: Channel): boolean =>
  !isUrgent(channel) && interruptible.includes(channel)
