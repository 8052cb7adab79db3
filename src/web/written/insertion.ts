/** Text from elsewhere on the desk, put into the reply that is being written. */
type Listener = (text: string) => void
const listeners = new Set<Listener>()

/** False: nobody is written to. */
export function insertIntoReply(text: string): boolean {
  for (const listener of listeners) listener(text)
  return listeners.size > 0
}

export const takesReply = (): boolean => listeners.size > 0

export function onInsertion(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
