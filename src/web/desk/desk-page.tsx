/** The agent's desk: work on the left, the conversation in the middle, the customer on the right. */
import { useEffect, useState } from 'react'
import { Shell } from '../app/shell.tsx'
import { DeskStore } from '../live/desk-store.ts'
import { DeskContext, useFreshStories } from '../live/use-desk.ts'
import { Softphone } from '../softphone/softphone.ts'
import { SoftphoneContext } from '../softphone/use-softphone.ts'
import type { Me } from '../server/session.ts'
import { Desk } from './desk.tsx'
import { DeskStatus } from './desk-status.tsx'
import { Palette } from './palette.tsx'
import { Today } from './today.tsx'

/** The same after a reload: the service takes it for the same desk. */
function deskIdOfThisTab(): string {
  const key = 'centralita.desk'
  const known = sessionStorage.getItem(key)
  const id = known ?? crypto.randomUUID()
  sessionStorage.setItem(key, id)
  return id
}

export function DeskPage({ me }: { me: Me }) {
  const [store] = useState(() => new DeskStore(me.id, deskIdOfThisTab()))
  const [phone] = useState(() => new Softphone())
  const [chosen, setChosen] = useState<string | null>(null)
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
      <SoftphoneContext value={phone}>
        <Shell me={me} status={<DeskStatus />} search={<Palette onChoose={setChosen} />} aside={<Today me={me} />}>
          <Desk me={me} chosen={chosen} onChoose={setChosen} />
        </Shell>
      </SoftphoneContext>
    </DeskContext>
  )
}
