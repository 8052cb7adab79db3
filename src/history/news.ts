/** What live readers are told at once and that no fact carries: it is stored before, and read again after a reconnect. */
import type { AgentId, CustomerId } from '../core/ids.ts'
import type { StoredPoint } from './customer/journey-store.ts'
import type { Task } from './work/task-store.ts'

export type News =
  | Readonly<{ kind: 'journey'; records: readonly CustomerId[]; points: readonly StoredPoint[] }>
  | Readonly<{ kind: 'task-due'; agentId: AgentId; task: Task }>

export class Newsroom {
  readonly #listeners = new Set<(news: News) => void>()

  tell(news: News): void {
    for (const listener of this.#listeners) listener(news)
  }

  onNews(listener: (news: News) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
