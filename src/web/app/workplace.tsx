/** What a signed-in person has wherever they go: one live connection, one telephone. Changing desks hangs nothing up. */
import { useEffect, useState, type ReactNode } from 'react'
import { DeskStore } from '../live/desk-store.ts'
import { DeskContext, useFreshStories } from '../live/use-desk.ts'
import type { Me } from '../server/session.ts'
import { Softphone } from '../softphone/softphone.ts'
import { SoftphoneContext } from '../softphone/use-softphone.ts'

/** The same after a reload: the service takes it for the same desk. */
function deskIdOfThisTab(): string {
  const key = 'centralita.desk'
  const known = sessionStorage.getItem(key)
  const id = known ?? crypto.randomUUID()
  sessionStorage.setItem(key, id)
  return id
}

export function Workplace({ me, children }: { me: Me; children: ReactNode }) {
  const [store] = useState(() => new DeskStore(me.id, deskIdOfThisTab()))
  const [phone] = useState(() => new Softphone())
  useFreshStories(store)
  useEffect(() => {
    store.open()
    return () => {
      store.close()
      phone.stop()
    }
  }, [store, phone])
  return (
    <DeskContext value={store}>
      <SoftphoneContext value={phone}>{children}</SoftphoneContext>
    </DeskContext>
  )
}
