/** The floor over the page's one live connection. */
import { useEffect, useState, useSyncExternalStore } from 'react'
import type { FloorMessage } from '../../insight/floor-view.ts'
import type { DeskStore } from '../live/desk-store.ts'
import { useDeskStore } from '../live/use-desk.ts'
import { applyFloor, emptyFloor, type FloorState } from './floor-state.ts'

class FloorStore {
  readonly #desk: DeskStore
  readonly #listeners = new Set<() => void>()
  #state: FloorState = emptyFloor

  constructor(desk: DeskStore) {
    this.#desk = desk
  }

  /** Returns how to stop watching. */
  watch(): () => void {
    const ask = (): object => ({ floor: this.#state.seq === null ? {} : { after: this.#state.seq } })
    const stopHearing = this.#desk.hear((message) => {
      if (!message.type.startsWith('floor')) return
      const next = applyFloor(this.#state, message as unknown as FloorMessage)
      this.#state = next ?? { ...this.#state, seq: null }
      // Something between was lost: from the beginning.
      if (next === null) this.#desk.say(ask())
      for (const listener of this.#listeners) listener()
    })
    const stopWishing = this.#desk.wish({ ask, enough: { floor: null } })
    return () => {
      stopHearing()
      stopWishing()
    }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly state = (): FloorState => this.#state
}

export function useFloor(): FloorState {
  const desk = useDeskStore()
  const [store] = useState(() => new FloorStore(desk))
  useEffect(() => store.watch(), [store])
  return useSyncExternalStore(store.subscribe, store.state)
}
