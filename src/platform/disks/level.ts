/** How full a disk is, in words: pure, so that what is told doesn't depend on when it is looked at. */
import type { Config } from '../../config.ts'

type Bounds = Config['diskBounds']

export type DiskLevel = 'enough' | 'low' | 'urgent'

/** `freeBytes`: what is left for us; a file system keeps some for root alone. */
export type Space = Readonly<{ freeBytes: number; totalBytes: number }>

/** A level is left when this part of its bound is free on top, so that a file written and deleted doesn't change it each time. */
const recovery = 0.2

export function diskLevel(before: DiskLevel, { freeBytes, totalBytes }: Space, { low, urgent }: Bounds): DiskLevel {
  const lowBytes = bytesOf(low, totalBytes)
  // One may be a share and the other an amount: on a small disk the amount is more.
  const urgentBytes = Math.min(bytesOf(urgent, totalBytes), lowBytes)
  const isBelow = (bound: number, wasBelow: boolean): boolean => freeBytes < bound * (wasBelow ? 1 + recovery : 1)
  if (isBelow(urgentBytes, before === 'urgent')) return 'urgent'
  return isBelow(lowBytes, before !== 'enough') ? 'low' : 'enough'
}

const bytesOf = ({ share, bytes }: Bounds['low'], totalBytes: number): number =>
  Math.min(share === null ? Infinity : share * totalBytes, bytes ?? Infinity)
