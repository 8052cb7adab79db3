/** Tasks and follow-ups: what somebody promised to do, and by when. */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { AgentId, CustomerId, Instant, InteractionId } from '../../core/ids.ts'
import type { Database } from '../../platform/database/database.ts'
import type { MergedBy as Actor } from '../customer/merge-store.ts'

export const taskStates = ['open', 'done', 'cancelled'] as const
export type TaskState = (typeof taskStates)[number]

export type Task = Readonly<{
  id: string
  customerId: CustomerId | null
  customerName: string | null
  interactionId: InteractionId | null
  caseId: string | null
  assigneeId: AgentId
  title: string
  dueAt: Instant | null
  state: TaskState
  createdAt: Instant
  createdBy: Actor
  finishedAt: Instant | null
}>

export type NewTask = Pick<
  Task,
  'customerId' | 'interactionId' | 'caseId' | 'assigneeId' | 'title' | 'dueAt' | 'createdAt' | 'createdBy'
>

const select = `select t.id, coalesce(c.leading_id, c.id) as "customerId",
    (select name from customers l where l.id = coalesce(c.leading_id, c.id)) as "customerName",
    t.interaction_id as "interactionId", t.case_id as "caseId", t.assignee_id as "assigneeId", t.title, t.due_at as "dueAt",
    t.state, t.created_at as "createdAt", t.created_by as "createdBy", t.finished_at as "finishedAt"
  from tasks t left join customers c on c.id = t.customer_id`

export async function readTask(knex: Knex, id: string): Promise<Task | null> {
  const { rows } = await knex.raw<{ rows: Task[] }>(`${select} where t.id = ?`, [id])
  return rows[0] ?? null
}

/** What is due first comes first; what has no date comes last. */
export async function listTasks(
  { pool }: Database,
  ask: { assigneeId: AgentId | null; customerId: CustomerId | null; state: TaskState | null; limit: number },
): Promise<Task[]> {
  const { rows } = await pool.query<Task>(
    `${select}
     where ($1::uuid is null or t.assignee_id = $1)
       and ($2::uuid is null or t.customer_id in (select * from customer_records($2)))
       and ($3::text is null or t.state = $3)
     order by t.due_at nulls last, t.created_at, t.id limit $4`,
    [ask.assigneeId, ask.customerId, ask.state, ask.limit],
  )
  return rows
}

export async function insertTask(knex: Knex, task: NewTask): Promise<string> {
  const id = randomUUID()
  await knex('tasks').insert({
    id,
    customer_id: task.customerId,
    interaction_id: task.interactionId,
    case_id: task.caseId,
    assignee_id: task.assigneeId,
    title: task.title,
    due_at: task.dueAt,
    state: 'open',
    created_at: task.createdAt,
    created_by: JSON.stringify(task.createdBy),
  })
  return id
}

export type TaskChange = Readonly<{
  title?: string | undefined
  dueAt?: Instant | null | undefined
  assigneeId?: AgentId | undefined
  state?: TaskState | undefined
}>

/** A new date or assignee is told when it comes due again. */
export async function changeTask(knex: Knex, id: string, change: TaskChange, at: Instant): Promise<void> {
  const { title, dueAt, assigneeId, state } = change
  await knex('tasks')
    .where({ id })
    .update({
      ...(title !== undefined && { title }),
      ...(dueAt !== undefined && { due_at: dueAt, told_at: null }),
      ...(assigneeId !== undefined && { assignee_id: assigneeId, told_at: null }),
      ...(state !== undefined && { state, finished_at: state === 'open' ? null : at }),
    })
}

/** Marks what has come due as told and returns it; two processes don't both tell. */
export async function takeDueTasks({ pool, knex }: Database, at: Instant, limit: number): Promise<Task[]> {
  const { rows } = await pool.query<{ id: string }>(
    `update tasks set told_at = $1 where id in (
       select id from tasks where state = 'open' and told_at is null and due_at <= $1
       order by due_at limit $2 for update skip locked) returning id`,
    [at, limit],
  )
  const tasks = await Promise.all(rows.map(({ id }) => readTask(knex, id)))
  return tasks.filter((task) => task !== null)
}
