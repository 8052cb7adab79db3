/** The page's telephone, for components. */
import { createContext, use, useSyncExternalStore } from 'react'
import type { PhoneView, Softphone } from './softphone.ts'

export const SoftphoneContext = createContext<Softphone | null>(null)

export function useSoftphone(): Softphone {
  const phone = use(SoftphoneContext)
  if (phone === null) throw new Error('this is shown where there is no telephone')
  return phone
}

export function usePhone(): PhoneView {
  const phone = useSoftphone()
  return useSyncExternalStore(phone.subscribe, phone.view)
}
