/** Connections that stay open for as long as their session may: told at once when it ends. */

export type SessionWatch = Readonly<{
  /** `end` is called once, when the session has ended. Returns how to stop watching. */
  watch(sessionId: string, end: () => void): () => void
  watched(): string[]
  end(sessionIds: Iterable<string>): void
}>

export function createSessionWatch(): SessionWatch {
  const watched = new Map<string, Set<() => void>>()
  return {
    watch(sessionId, end) {
      const ends = watched.get(sessionId) ?? new Set()
      watched.set(sessionId, ends.add(end))
      return () => {
        ends.delete(end)
        if (ends.size === 0 && watched.get(sessionId) === ends) watched.delete(sessionId)
      }
    },
    watched: () => [...watched.keys()],
    end(sessionIds) {
      for (const sessionId of sessionIds) {
        const ends = watched.get(sessionId) ?? []
        watched.delete(sessionId)
        for (const end of ends) end()
      }
    },
  }
}
