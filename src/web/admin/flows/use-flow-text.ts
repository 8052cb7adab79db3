/** The text that somebody works on: checked while they type, kept as a draft, published. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Finding } from '../../../core/flow/finding.ts'
import { call, Refused } from '../../server/api.ts'
import { readDraft, type Draft, type Flow, type SavedDraft } from './flow-server.ts'

type Overtaken = Readonly<{ by: string | null; at: string | null; revision?: number; version?: number }>

/** How long after the last key the checker is asked. */
const checkAfterMs = 400

export function useFlowText(id: string, flow: Flow | null, begun: Readonly<{ draft: Draft | null; text: string }>) {
  const client = useQueryClient()
  const [text, setText] = useState(begun.text)
  const [kept, setKept] = useState({ text: begun.text, revision: begun.draft?.revision ?? null })
  const settled = useSettled(text)
  const checked = useQuery({
    queryKey: ['flow-check', settled],
    queryFn: () => call<{ ok: boolean; findings: readonly Finding[] }>('POST', '/api/flows/check', { yaml: settled }),
    enabled: settled.trim() !== '',
    staleTime: Infinity,
    gcTime: 0,
    placeholderData: (before) => before,
  })
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['flow', id] }),
      client.invalidateQueries({ queryKey: ['list'] }),
    ])
  const saving = useMutation({
    mutationFn: (revision: number | null) =>
      call<SavedDraft>('PUT', `/api/flow-drafts/${id}`, {
        yaml: text,
        revision,
        baseVersion: flow?.publishedVersion ?? null,
      }),
    onSuccess: async ({ revision }) => {
      setKept({ text, revision })
      await refresh()
    },
  })
  const publishing = useMutation({
    mutationFn: (expectedPublished: number | null) =>
      call<{ version: number }>('POST', '/api/flows', {
        ...{ id, yaml: text, publish: true, expectedPublished },
        draftRevision: kept.revision,
      }),
    onSuccess: async () => {
      // The draft went with it.
      setKept({ text, revision: null })
      await refresh()
    },
  })
  const takingTheirs = useMutation({
    mutationFn: () => readDraft(id),
    onSuccess: (theirs) => {
      saving.reset()
      if (theirs === null) return setKept({ text: kept.text, revision: null })
      setText(theirs.yaml)
      setKept({ text: theirs.yaml, revision: theirs.revision })
    },
  })
  return {
    text,
    setText,
    findings: checked.data?.findings ?? [],
    isChecked: checked.data !== undefined && settled === text && !checked.isPlaceholderData,
    isKept: kept.text === text,
    hasDraft: kept.revision !== null,
    isBusy: saving.isPending || publishing.isPending,
    published: publishing.isSuccess && kept.text === text ? publishing.data.version : null,
    failure: plain(saving.error) ?? plain(publishing.error),
    draftOvertaken: overtakenBy(saving.error, 'changed-meanwhile'),
    publicationOvertaken: overtakenBy(publishing.error, 'published-meanwhile'),
    save: () => saving.mutate(kept.revision),
    saveAnyway: (revision: number | null) => saving.mutate(revision),
    takeTheirs: () => takingTheirs.mutate(),
    publish: (expected: number | null) => publishing.mutate(expected),
  }
}

const overtakenBy = (error: Error | null, code: string): Overtaken | null =>
  error instanceof Refused && error.code === code ? (error.details as Overtaken) : null

/** What the lists of findings and the two questions don't say already. */
function plain(error: Error | null): Error | null {
  const isTold =
    error instanceof Refused && ['changed-meanwhile', 'published-meanwhile', 'flow-broken'].includes(error.code)
  return isTold ? null : error
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), checkAfterMs)
    return () => window.clearTimeout(timer)
  }, [text])
  return settled
}
