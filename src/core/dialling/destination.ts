/** What a number outside is, as far as what may be called is concerned. Who reads numbers is the edge; here they are compared. */

/** `short`: means something in its own country only. `unknown`: no number that a numbering plan has. */
export const numberKinds = [
  'fixed-line',
  'mobile',
  'fixed-or-mobile',
  'toll-free',
  'shared-cost',
  'premium',
  'voip',
  'special',
  'short',
  'unknown',
] as const
export type NumberKind = (typeof numberKinds)[number]

export type Destination = Readonly<{
  /** With its plus where it has a country; else digits as they are dialled. */
  number: string
  /** Two letters; null: none, or several share it. */
  country: string | null
  kind: NumberKind
  /** In the organisation's own country. */
  home: boolean
  /** Emergency services: passes whatever else is said. */
  emergency: boolean
}>

export const reaches = ['home', 'abroad', 'anywhere'] as const
export type Reach = (typeof reaches)[number]

/** A kind of destination that permissions and limits are given for. Every condition that is set must hold. */
export type DestinationClass = Readonly<{
  id: string
  name: string
  reach: Reach
  /** Empty: any. */
  countries: readonly string[]
  kinds: readonly NumberKind[]
  /** Of the number with its plus; empty: any. */
  prefixes: readonly string[]
}>

/** The first class that fits is the number's; null: none does, and nobody may call it. */
export function classOf(destination: Destination, classes: readonly DestinationClass[]): DestinationClass | null {
  return classes.find((one) => fits(destination, one)) ?? null
}

function fits({ number, country, kind, home }: Destination, wanted: DestinationClass): boolean {
  if (wanted.reach !== 'anywhere' && (wanted.reach === 'home') !== home) return false
  if (wanted.countries.length > 0 && (country === null || !wanted.countries.includes(country))) return false
  if (wanted.kinds.length > 0 && !wanted.kinds.includes(kind)) return false
  return wanted.prefixes.length === 0 || wanted.prefixes.some((prefix) => number.startsWith(prefix))
}
