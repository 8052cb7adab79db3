/** What I have promised to do: asked once, and again when something of it changed or came due. */
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { z } from 'zod'
import type { taskSchema } from '../../history/work/task-routes.ts'
import { useText } from '../languages/language.ts'
import { useDeskStore } from '../live/use-desk.ts'
import { call, get, tell } from '../server/api.ts'

export type Task = z.output<typeof taskSchema>
export type NewTask = Readonly<{ title: string; dueAt: string | null; interaction?: string }>

const key = ['tasks', 'mine'] as const

export function useMyTasks(): readonly Task[] {
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => get<{ items: readonly Task[] }>('/api/tasks?assignee=me&state=open&limit=50'),
  })
  return data?.items ?? []
}

export function useMakeTask() {
  const client = useQueryClient()
  const t = useText()
  return useMutation({
    mutationFn: (task: NewTask) => call<Task>('POST', '/api/tasks', task),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ['tasks'] })
      void client.invalidateQueries({ queryKey: ['customer', made.customer?.id] })
    },
    onError: (error) => notifications.show({ color: 'red', message: tell(error, t) }),
  })
}

export function useFinishTask() {
  const client = useQueryClient()
  const t = useText()
  return useMutation({
    mutationFn: ({ id }: Task) => call<Task>('PATCH', `/api/tasks/${id}`, { state: 'done' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['tasks'] }),
    onError: (error) => notifications.show({ color: 'red', message: tell(error, t) }),
  })
}

/** Says so when one of them comes due. */
export function useDueTasks(): void {
  const store = useDeskStore()
  const client = useQueryClient()
  const t = useText()
  useEffect(
    () =>
      store.hear((told) => {
        if (told.type !== 'task-due') return
        const { id, title } = told['task'] as Pick<Task, 'id' | 'title'>
        void client.invalidateQueries({ queryKey: ['tasks'] })
        const message = t('tasks.dueNow', { title })
        notifications.show({ id: `task-${id}`, color: 'yellow', autoClose: false, message })
        if ('Notification' in window && Notification.permission === 'granted' && !document.hasFocus())
          new Notification(message, { tag: id }).addEventListener('click', () => window.focus())
      }),
    [store, client, t],
  )
}
