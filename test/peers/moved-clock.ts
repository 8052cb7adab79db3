/** Loaded before the service (`--import`): its clock runs ahead by CLOCK_AHEAD_MS, as if that much time had passed. */
const aheadMs = Number(process.env['CLOCK_AHEAD_MS'] ?? 0)
const OriginalDate = Date
const originalNow = Date.now.bind(Date)

globalThis.Date = class extends OriginalDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(originalNow() + aheadMs)
    else super(...(given as [number]))
  }
  static override now(): number {
    return originalNow() + aheadMs
  }
} as DateConstructor
