/**
 * One thing of the directory while somebody edits it: what it was when they began, what they made of it, and what the service
 * said to it. Two people who edit the same thing are told of each other.
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { Refused, request, type Answer } from '../server/api.ts'

/** Somebody saved before me. */
export type Overtaken = Readonly<{ by: string | null; at: string | null }>

export type Editing<T extends object> = Readonly<{
  draft: T
  set(change: Partial<T>): void
  isNew: boolean
  /** Something differs from what was read. */
  isChanged: boolean
  isSaving: boolean
  /** Of one field, as in `name` or `calendar.weekly`. */
  errorAt(field: string): string | undefined
  /** What is wrong with the whole; null: nothing. */
  failure: unknown
  overtaken: Overtaken | null
  save(): void
  /** My fields over theirs; what I didn't touch stays theirs. */
  saveAnyway(): void
  takeTheirs(): void
}>

type EditingOptions<T extends object> = Readonly<{
  /** As in `/api/queues`. */
  path: string
  /** null: a new one. */
  id: string | null
  read: Answer<T>
  onSaved(saved: T): void
}>

export function useEditing<T extends object>({ path, id, read, onSaved }: EditingOptions<T>): Editing<T> {
  const client = useQueryClient()
  const [base, setBase] = useState(read)
  const [draft, setDraft] = useState(read.value)
  const change = changeOf(base.value, draft)
  const saving = useMutation({
    mutationFn: ({ revision, body }: { revision: string | null; body: unknown }) =>
      id === null
        ? request<T>('POST', path, { body })
        : request<T>('PATCH', `${path}/${id}`, { body, ifMatch: revision }),
    onSuccess: async (answer) => {
      setBase(answer)
      setDraft(answer.value)
      if (id !== null) client.setQueryData([path, id], answer)
      await client.invalidateQueries({ predicate: ({ queryKey }) => touches(queryKey, path, id) })
      onSaved(answer.value)
    },
  })
  const refused = saving.error instanceof Refused ? saving.error : null
  const details = (Array.isArray(refused?.details) ? refused.details : []) as { path: string; message: string }[]
  const current = (): Promise<Answer<T>> => request<T>('GET', `${path}/${id ?? ''}`)
  const overtaken = refused?.code === 'changed-meanwhile' ? (refused.details as Overtaken) : null
  const body = (): unknown => (id === null ? draft : change)
  return {
    draft,
    set: (part) => setDraft((before) => ({ ...before, ...part, ...(id === null ? idOf(before, part) : {}) })),
    isNew: id === null,
    isChanged: Object.keys(change).length > 0,
    isSaving: saving.isPending,
    errorAt: (field) =>
      details.find(({ path: at }) => at === `body.${field}` || at.startsWith(`body.${field}.`))?.message,
    failure: overtaken === null ? saving.error : null,
    overtaken,
    // Nothing to save is saved already.
    save: () =>
      id !== null && Object.keys(change).length === 0
        ? onSaved(draft)
        : saving.mutate({ revision: base.revision, body: body() }),
    saveAnyway: () => void current().then(({ revision }) => saving.mutate({ revision, body: body() })),
    takeTheirs: () =>
      void current().then((theirs) => {
        setBase(theirs)
        setDraft(theirs.value)
        saving.reset()
      }),
  }
}

/** The id of a new thing follows its name until somebody writes one of their own. */
function idOf(before: object, part: object): object {
  if (!('id' in before && 'name' in before && 'name' in part)) return {}
  return before.id === idFrom(String(before.name)) ? { id: idFrom(String(part.name)) } : {}
}

/** Lists of the same kind, what shows names, and the one itself elsewhere. */
function touches(queryKey: readonly unknown[], path: string, id: string | null): boolean {
  if (queryKey[0] === 'catalogue' || queryKey[0] === 'list') return true
  return queryKey[0] === path && queryKey[1] !== id
}

/** Only what differs: what somebody else changes meanwhile stays theirs. */
export function changeOf<T extends object>(before: T, after: T): Partial<T> {
  const changed = Object.entries(after).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof T]),
  )
  return Object.fromEntries(changed) as Partial<T>
}

export function useOne<T>(path: string, id: string) {
  return useQuery({ queryKey: [path, id], queryFn: () => request<T>('GET', `${path}/${id}`), staleTime: 0, gcTime: 0 })
}

/** Removing is refused while something refers to it. */
export function useRemoval(path: string, id: string, back: string) {
  const client = useQueryClient()
  const [, go] = useLocation()
  return useMutation({
    mutationFn: () => request<null>('DELETE', `${path}/${id}`),
    onSuccess: async () => {
      go(back)
      await client.invalidateQueries({ predicate: ({ queryKey }) => touches(queryKey, path, null) })
    },
  })
}

/** `two-words` for `Două cuvinte`: what an id may look like, from what people read. */
export function idFrom(name: string): string {
  const plain = name
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[łŁ]/g, 'l')
    .toLowerCase()
  const words = [...plain].map((sign) => cyrillic[sign] ?? sign).join('')
  return words
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[-0-9]+|-+$/g, '')
    .slice(0, 63)
}

const cyrillic: Readonly<Record<string, string>> = Object.fromEntries(
  [...'абвгдезийклмнопрстуфхыэ'].map((sign, i) => [sign, [...'abvgdeziyklmnoprstufhye'][i] ?? '']),
)
Object.assign(cyrillic, { ж: 'zh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'sch', ъ: '', ь: '', ю: 'yu', я: 'ya', ё: 'e' })
