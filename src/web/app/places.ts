/** Where one can go, and who may: the desks on the left of every page, and the pages of a desk. */
import type { Role } from '../../platform/http/principal.ts'
import type { MessageKey } from '../languages/language.ts'
import type { IconName } from '../look/icons.tsx'
import { mayActAs, type Me } from '../server/session.ts'

export type Place = Readonly<{ href: string; label: MessageKey; icon: IconName }>
type Desk = Place & Readonly<{ role: Role }>

/** In the order of the bar. Reports will stand after the floor. */
const desks: readonly Desk[] = [
  { href: '/desk', label: 'nav.desk', icon: 'desk', role: 'agent' },
  { href: '/floor', label: 'nav.floor', icon: 'floor', role: 'supervisor' },
  { href: '/admin', label: 'nav.admin', icon: 'settings', role: 'admin' },
]

export const desksOf = (me: Me): readonly Place[] => desks.filter(({ role }) => mayActAs(me, role))

/** What an admin sets up, in the order in which a new contact centre needs it. */
export const adminPlaces: readonly Place[] = [
  { href: '/admin', label: 'admin.start', icon: 'work' },
  { href: '/admin/hours', label: 'admin.hours', icon: 'hours' },
  { href: '/admin/queues', label: 'admin.queues', icon: 'queue' },
  { href: '/admin/users', label: 'admin.users', icon: 'people' },
  { href: '/admin/skills', label: 'admin.skills', icon: 'skills' },
  { href: '/admin/flows', label: 'admin.flows', icon: 'flow' },
  { href: '/admin/sounds', label: 'admin.sounds', icon: 'microphone' },
  { href: '/admin/numbers', label: 'admin.numbers', icon: 'number' },
  { href: '/admin/lists', label: 'lists.title', icon: 'lists' },
  { href: '/admin/reasons', label: 'admin.reasons', icon: 'pause' },
  { href: '/admin/sign-in', label: 'admin.signIn', icon: 'key' },
]

/** Where somebody's work begins. */
export function homeOf({ role }: Me): string {
  if (role === 'admin') return '/admin'
  return role === 'supervisor' ? '/floor' : '/desk'
}

/** Everywhere that somebody may go, for whoever would rather type than click; nothing for those with one desk. */
export function placesOf(me: Me): readonly Place[] {
  const own = desksOf(me)
  return own.length < 2 ? [] : [...own, ...(mayActAs(me, 'admin') ? adminPlaces.slice(1) : [])]
}
