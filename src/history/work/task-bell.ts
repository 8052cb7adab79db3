/** Tells assignees when their tasks come due. One that came due while nobody was here is told at the start. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Instant } from '../../core/ids.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Log } from '../../platform/log.ts'
import type { Newsroom } from '../news.ts'
import { takeDueTasks } from './task-store.ts'

const tasksAtOnce = 100

export type TaskBellStart = Readonly<{
  database: Database
  newsroom: Newsroom
  now: () => Instant
  log: Log
  /** How late a task may be told. */
  everyMs?: number
}>

export class TaskBell {
  readonly #start: TaskBellStart
  readonly #stopping = new AbortController()
  #work: Promise<void> = Promise.resolve()

  constructor(start: TaskBellStart) {
    this.#start = start
  }

  begin(): void {
    this.#work = this.#run(this.#stopping.signal)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#work
  }

  async ring(): Promise<void> {
    const { database, newsroom, now } = this.#start
    for (;;) {
      const due = await takeDueTasks(database, now(), tasksAtOnce)
      for (const task of due) newsroom.tell({ kind: 'task-due', agentId: task.assigneeId, task })
      if (due.length < tasksAtOnce) return
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.ring()
      } catch (error) {
        this.#start.log.warn({ err: error }, 'due tasks could not be told; trying again')
      }
      await delay(this.#start.everyMs ?? 5_000, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
}
