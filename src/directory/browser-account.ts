/**
 * The account that an agent's browser registers with: derived, so that nothing is stored, and new every few hours, so that one
 * that leaked is soon worth nothing. The phone's own password can't be found from it.
 */
import { createHmac } from 'node:crypto'
import type { Instant } from '../core/ids.ts'
import { ha1Of, type SipAccount } from './sip-account.ts'

const periodMs = 12 * 60 * 60 * 1_000

export type BrowserAccount = Readonly<{
  username: string
  password: string
  ha1: string
  realm: string
  endsAt: Instant
}>

/** Derived again with each period: they are asked for with every call. */
const derived = new WeakMap<SipAccount, { period: number; account: BrowserAccount }>()

/** The one of the period in which `at` lies. */
export function browserAccount(of: SipAccount, at: Instant): BrowserAccount {
  const period = Math.floor(at / periodMs)
  const known = derived.get(of)
  if (known?.period === period) return known.account
  const account = derive(of, period)
  derived.set(of, { period, account })
  return account
}

function derive({ username, ha1, realm }: SipAccount, period: number): BrowserAccount {
  const own = `${username}-web`
  const password = createHmac('sha256', ha1).update(`browser ${period}`).digest('base64url')
  return { username: own, password, ha1: ha1Of(own, password), realm, endsAt: (period + 1) * periodMs }
}
