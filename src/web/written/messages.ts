/** What was written in a conversation: read once, then told by the live connection, and sent with a word at once. */
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { InteractionId } from '../../core/ids.ts'
import { useText } from '../languages/language.ts'
import type { DeskStore } from '../live/desk-store.ts'
import { useDeskStore } from '../live/use-desk.ts'
import { call, get, Refused, tell } from '../server/api.ts'

export type AttachedFile = Readonly<{ id: string; name: string; type: string; bytes: number }>

export type Message = Readonly<{
  /** Grows from message to message; Infinity: on its way. */
  n: number
  id: string
  at: string
  from: 'customer' | 'agent' | 'flow' | 'system'
  agent: Readonly<{ id: string; name: string | null }> | null
  text: string
  files: readonly AttachedFile[]
  buttons: readonly Readonly<{ key: string; label: string }>[]
}>

type Messages = Readonly<{ items: readonly Message[]; read: Readonly<{ customer: number | null }> }>

const none: Messages = { items: [], read: { customer: null } }
const keyOf = (interactionId: InteractionId) => ['messages', interactionId] as const

export function useMessages(interactionId: InteractionId): Messages {
  const { data } = useQuery({
    queryKey: keyOf(interactionId),
    queryFn: () => get<Messages>(`/api/interactions/${interactionId}/messages`),
    staleTime: Infinity,
  })
  return data ?? none
}

/** Whatever is written is taken in, whichever conversation is open: the others are opened later. */
export function useFreshMessages(store: DeskStore): void {
  const client = useQueryClient()
  useEffect(
    () =>
      store.hear(({ type, interactionId, ...told }) => {
        // After a lost connection nobody has told what was written meanwhile.
        if (type === 'snapshot') void client.invalidateQueries({ queryKey: ['messages'] })
        if (interactionId === undefined) return
        const queryKey = keyOf(interactionId)
        const known = client.getQueryState<Messages>(queryKey)
        if (known === undefined) return
        if (type === 'message' && known.data !== undefined) put(client, interactionId, told['message'] as Message)
        // An answer that is on its way may have been written before this message was.
        if (type === 'read' || (type === 'message' && known.fetchStatus !== 'idle')) void askAgain(client, queryKey)
      }),
    [store, client],
  )
}

/** A first answer that is on its way is let go: as long as nothing is known, no second one would be asked for. */
async function askAgain(client: QueryClient, queryKey: ReturnType<typeof keyOf>): Promise<void> {
  if (client.getQueryData(queryKey) === undefined) await client.cancelQueries({ queryKey })
  await client.invalidateQueries({ queryKey })
}

/** Whether the customer writes just now; a word that they stopped may get lost. */
export function useTyping(interactionId: InteractionId): boolean {
  const store = useDeskStore()
  const [isTyping, setTyping] = useState(false)
  useEffect(() => {
    let timer: number | undefined
    const stop = store.hear((told) => {
      if (told.interactionId !== interactionId || (told.type !== 'typing' && told.type !== 'message')) return
      window.clearTimeout(timer)
      const on = told.type === 'typing' && told['on'] === true
      setTyping(on)
      if (on) timer = window.setTimeout(() => setTyping(false), 8_000)
    })
    return () => {
      window.clearTimeout(timer)
      stop()
    }
  }, [store, interactionId])
  return isTyping
}

export type Draft = Readonly<{ text: string; files: readonly AttachedFile[] }>

/** Sent twice, it is the same message: a retry after a lost answer says nothing new. */
export function useSend(interactionId: InteractionId) {
  const client = useQueryClient()
  const t = useText()
  return useMutation({
    mutationFn: ({ id, text, files }: Draft & { id: string }) =>
      call<Message>('POST', `/api/interactions/${interactionId}/messages`, {
        id,
        text,
        files: files.map((it) => it.id),
      }),
    retry: (count, error) => count < 4 && error instanceof Refused && (error.status === 0 || error.status >= 500),
    onMutate: ({ id, text, files }) => {
      const at = new Date().toISOString()
      put(client, interactionId, { n: Infinity, id, at, from: 'agent', agent: null, text, files, buttons: [] })
    },
    onSuccess: (message, { id }) => {
      take(client, interactionId, id)
      put(client, interactionId, message)
    },
    onError: (error, { id }) => {
      take(client, interactionId, id)
      notifications.show({ color: 'red', message: tell(error, t) })
    },
  })
}

export async function upload(file: File): Promise<AttachedFile> {
  const response = await fetch(`/api/files?name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    headers: { 'content-type': file.type === '' ? 'application/octet-stream' : file.type },
    body: file,
  })
  const answer = (await response.json()) as AttachedFile & { error?: { code: string; message: string } }
  if (!response.ok) throw new Refused(response.status, answer.error?.code ?? 'failed', answer.error?.message ?? '')
  return answer
}

function put(client: QueryClient, interactionId: InteractionId, message: Message): void {
  client.setQueryData<Messages>(keyOf(interactionId), (before = none) => ({
    ...before,
    items: [...before.items.filter((known) => !isSame(known, message)), message].toSorted((a, b) => a.n - b.n),
  }))
}

/** What was on its way under an id of ours comes back under the service's. */
function isSame(known: Message, message: Message): boolean {
  if (known.id === message.id) return true
  return known.n === Infinity && message.n !== Infinity && message.from === 'agent' && known.text === message.text
}

function take(client: QueryClient, interactionId: InteractionId, id: string): void {
  client.setQueryData<Messages>(keyOf(interactionId), (before = none) => ({
    ...before,
    items: before.items.filter((message) => message.id !== id),
  }))
}
