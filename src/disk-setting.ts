/** How the settings that say how little free space is little are read: `10%`, `5GB`, or `10%,5GB` for whichever is less. */

/** null: not bounded that way. At least one of them is there. */
export type DiskBound = Readonly<{
  /** Of the whole disk, above 0 and below 1. */
  share: number | null
  bytes: number | null
}>

export type DiskBounds = Readonly<{ low: DiskBound; urgent: DiskBound }>

const bytesPer: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 }

/** null: it can't be read. */
export function diskBoundIn(text: string): DiskBound | null {
  const shares: number[] = []
  const amounts: number[] = []
  for (const part of text.split(',')) {
    const [, figure, unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?) ?(%|MB|GB|TB)$/i.exec(part.trim()) ?? []
    const amount = Number(figure)
    if (!(amount > 0) || (unit === '%' && amount >= 100)) return null
    if (unit === '%') shares.push(amount / 100)
    else amounts.push(amount * (bytesPer[unit.toUpperCase()] ?? NaN))
  }
  if (shares.length > 1 || amounts.length > 1) return null
  return { share: shares[0] ?? null, bytes: amounts[0] ?? null }
}

/** Whether `urgent` asks for as much as `low`, as far as the two can be compared without knowing the disk. */
export function isNotBelow(urgent: DiskBound, low: DiskBound): boolean {
  const exceeds = (one: number | null, other: number | null): boolean => one !== null && other !== null && one >= other
  return exceeds(urgent.share, low.share) || exceeds(urgent.bytes, low.bytes)
}
