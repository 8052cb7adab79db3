/** What a signed-in person has wherever they go: one live connection, one telephone. Changing desks hangs nothing up. */
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react'
import { deskIdOfThisPage } from '../live/desk-id.ts'
import { DeskStore } from '../live/desk-store.ts'
import { DeskContext, useDesk, useFreshStories } from '../live/use-desk.ts'
import { useAskAgain, type Me } from '../server/session.ts'
import { Softphone } from '../softphone/softphone.ts'
import { forgetDrafts } from '../written/drafts.ts'
import { useLeftBehind } from '../written/left-behind.ts'
import { useFreshMessages } from '../written/messages.ts'
import { SoftphoneContext, useSoftphone } from '../softphone/use-softphone.ts'

export function Workplace({ me, children }: { me: Me; children: ReactNode }) {
  const [store] = useState(() => new DeskStore(me.id, deskIdOfThisPage()))
  const [phone] = useState(() => new Softphone())
  useFreshStories(store)
  useFreshMessages(store)
  useEffect(() => {
    store.open()
    return () => {
      store.close()
      phone.stop()
      forgetDrafts()
    }
  }, [store, phone])
  return (
    <DeskContext value={store}>
      <SoftphoneContext value={phone}>
        <Watch />
        {children}
      </SoftphoneContext>
    </DeskContext>
  )
}

/** What ends from outside: another window took over, or the session is over. */
function Watch() {
  const { connection } = useDesk()
  const phone = useSoftphone()
  const askWhoIAm = useEffectEvent(useAskAgain())
  useLeftBehind()
  useEffect(() => {
    if (connection === 'taken-over') phone.leave()
    if (connection === 'signed-out') askWhoIAm()
  }, [connection, phone])
  return null
}
