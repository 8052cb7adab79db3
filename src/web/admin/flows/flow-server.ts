/** What the service keeps of a flow: its published versions, and the draft that somebody works on. */
import { useQuery } from '@tanstack/react-query'
import type { Finding } from '../../../core/flow/finding.ts'
import { get } from '../../server/api.ts'

export type FlowSummary = Readonly<{
  id: string
  name: string
  publishedVersion: number | null
  latestVersion: number
}>
export type VersionLine = Readonly<{ version: number; createdAt: string; createdBy: string; published: boolean }>
export type Flow = FlowSummary &
  Readonly<{
    versions: readonly VersionLine[]
    publications: readonly Readonly<{ version: number; at: string; by: string }>[]
  }>
export type DraftLine = Readonly<{ id: string; revision: number; updatedAt: string; updatedBy: string }>
export type Draft = DraftLine & Readonly<{ yaml: string; baseVersion: number | null }>
export type SavedDraft = DraftLine & Readonly<{ ok: boolean; findings: readonly Finding[] }>

/** null: there is none. Asked of the list first, for a flow may well have no draft, and a draft no flow. */
async function oneOf<T>(path: string, id: string): Promise<T | null> {
  const { items } = await get<{ items: readonly Readonly<{ id: string }>[] }>(path)
  return items.some((item) => item.id === id) ? get<T>(`${path}/${id}`) : null
}

export const readFlow = (id: string): Promise<Flow | null> => oneOf<Flow>('/api/flows', id)
export const readDraft = (id: string): Promise<Draft | null> => oneOf<Draft>('/api/flow-drafts', id)
export const readVersion = async (id: string, version: number): Promise<string> =>
  (await get<{ yaml: string }>(`/api/flows/${id}/versions/${version}`)).yaml

export function useFlow(id: string) {
  return useQuery({ queryKey: ['flow', id], queryFn: () => readFlow(id), staleTime: 0 })
}

/** Versions never change. */
export function useVersionText(id: string, version: number | null) {
  return useQuery({
    queryKey: ['flow-version', id, version],
    queryFn: () => readVersion(id, version ?? 0),
    enabled: version !== null,
    staleTime: Infinity,
  })
}
