/** How this person uses the telephone at this machine: kept in this browser. */
import { useSyncExternalStore } from 'react'

export type PhoneSettings = Readonly<{
  /** Where calls ring: in this page and at a desk phone that is on, or there alone, with the page's controls. */
  device: 'browser' | 'phone'
  /** Device ids of the browser; empty: the system's own choice. */
  microphone: string
  speaker: string
  ringer: string
  /** 0 to 1 */
  ringVolume: number
  autoAnswer: boolean
  /** Letters alone are shortcuts; off for those whose voice or switch control types them by chance. */
  letterKeys: boolean
}>

const storageKey = 'centralita.phone'
const defaults: PhoneSettings = {
  device: 'browser',
  microphone: '',
  speaker: '',
  ringer: '',
  ringVolume: 0.6,
  autoAnswer: false,
  letterKeys: true,
}

let current: PhoneSettings = read()
const listeners = new Set<() => void>()

export const phoneSettings = (): PhoneSettings => current

export function changePhoneSettings(change: Partial<PhoneSettings>): void {
  current = { ...current, ...change }
  localStorage.setItem(storageKey, JSON.stringify(current))
  for (const listener of listeners) listener()
}

export function onPhoneSettings(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const usePhoneSettings = (): PhoneSettings => useSyncExternalStore(onPhoneSettings, phoneSettings)

function read(): PhoneSettings {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<PhoneSettings>) }
  } catch {
    return defaults
  }
}
