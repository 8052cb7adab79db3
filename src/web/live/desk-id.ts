/** Which desk this page is: the same after a reload, another one in a tab that was duplicated with all that it stored. */
const storageKey = 'centralita.desk'

let ownId: string | null = null

/** Before anything of a desk is drawn. */
export async function claimDeskId(): Promise<void> {
  const known = sessionStorage.getItem(storageKey)
  const id = known !== null && (await hold(known)) ? known : crypto.randomUUID()
  if (id !== known) await hold(id)
  sessionStorage.setItem(storageKey, id)
  ownId = id
}

export function deskIdOfThisPage(): string {
  if (ownId === null) throw new Error('the desk has no id yet')
  return ownId
}

/** For as long as this page is open. False: another one holds it. Pages without https have no locks, and trust the tab. */
function hold(id: string): Promise<boolean> {
  if (!('locks' in navigator)) return Promise.resolve(true)
  return new Promise((resolve) => {
    const forEver = new Promise<void>(() => undefined)
    void navigator.locks.request(`${storageKey}.${id}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null)
      return lock === null ? undefined : forEver
    })
  })
}
