/** How soon people were answered, against how soon they should have been. */
export type QueueDay = Readonly<{
  /** Answered by an agent. */
  answered: number
  /** Of those, within the queue's own time. */
  answeredInTime: number
  /** Gave up waiting. */
  abandoned: number
  /** Of those, so soon that nobody could have answered. */
  shortAbandoned: number
}>

/** Between 0 and 1; null: nobody came whom it could be measured by. */
export function serviceLevel({ answered, answeredInTime, abandoned, shortAbandoned }: QueueDay): number | null {
  const counted = answered + abandoned - shortAbandoned
  return counted <= 0 ? null : answeredInTime / counted
}
