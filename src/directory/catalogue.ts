/** Making, changing and removing things of the directory; each change is checked, audited and told to the listeners. */
import type { AuditContext } from '../access/index.ts'
import type { Database } from '../platform/database/database.ts'
import { conflict, invalid, notFound, type ApiError, type ErrorDetail } from '../platform/http/errors.ts'
import {
  entryPointTable,
  hoursTable,
  insert,
  notReadyReasonTable,
  queueTable,
  readOne,
  remove,
  skillTable,
  trunkTable,
  update,
  type Table,
} from './catalogue-store.ts'
import { changeDirectory, type Transaction } from './directory-store.ts'
import type { Directory } from './directory.ts'
import type { EntryPoint } from './entry-point.ts'
import type { Hours } from './hours.ts'
import type { NotReadyReason, Skill } from './label.ts'
import { contradictionOf, type Queue } from './queue.ts'
import { missing, referrersOf, type Kind } from './reference-store.ts'
import { refuseOvertaken, type Seen } from './revision.ts'
import type { DirectorySnapshot } from './snapshot.ts'
import { contradictionOfTrunk, type Trunk } from './trunk.ts'

export type Catalogue<T extends { readonly id: string }> = Readonly<{
  /** As in `entry point`. */
  noun: string
  list(): readonly T[]
  /** @throws ApiError 404 */
  get(id: string): T
  create(item: T, context: AuditContext): Promise<T>
  /** A field that is undefined stays as it is. @throws ApiError 412 when it isn't what was `seen` any more */
  update(id: string, patch: { [K in keyof T]?: T[K] | undefined }, context: AuditContext, seen?: Seen<T>): Promise<T>
  remove(id: string, context: AuditContext): Promise<void>
}>

export type Catalogues = Readonly<{
  skills: Catalogue<Skill>
  notReadyReasons: Catalogue<NotReadyReason>
  hours: Catalogue<Hours>
  queues: Catalogue<Queue>
  entryPoints: Catalogue<EntryPoint>
  trunks: Catalogue<Trunk>
}>

/** Which published flows name it, as far as the flows' room can tell. */
export type UsedByFlows = (kind: 'skill' | 'queue' | 'hours', id: string) => readonly string[]

export type CatalogueDeps = Readonly<{ database: Database; directory: Directory; usedByFlows?: UsedByFlows }>

type Kept<T extends { readonly id: string }> = Readonly<{
  noun: string
  table: Table<T>
  of: (snapshot: DirectorySnapshot) => ReadonlyMap<string, T>
  /** What keeps an item from being as it is. */
  check?: (trx: Transaction, item: T) => Promise<ErrorDetail[]>
  /** What others may refer to it as. */
  referredAs?: Exclude<Kind, 'flow'>
}>

export function createCatalogues(deps: CatalogueDeps): Catalogues {
  return {
    skills: catalogueOf(deps, { noun: 'skill', table: skillTable, of: (s) => s.skills, referredAs: 'skill' }),
    notReadyReasons: catalogueOf(deps, {
      noun: 'not-ready reason',
      table: notReadyReasonTable,
      of: (s) => s.notReadyReasons,
    }),
    hours: catalogueOf(deps, { noun: 'hours', table: hoursTable, of: (s) => s.hours, referredAs: 'hours' }),
    queues: catalogueOf(deps, {
      noun: 'queue',
      table: queueTable,
      of: (s) => s.queues,
      check: checkQueue,
      referredAs: 'queue',
    }),
    entryPoints: catalogueOf(deps, {
      noun: 'entry point',
      table: entryPointTable,
      of: (s) => s.entryPoints,
      check: checkEntryPoint,
    }),
    trunks: catalogueOf(deps, { noun: 'trunk', table: trunkTable, of: (s) => s.trunks, check: checkTrunk }),
  }
}

function catalogueOf<T extends { readonly id: string }>(deps: CatalogueDeps, kept: Kept<T>): Catalogue<T> {
  const { database, directory } = deps
  const { noun, table, check, referredAs } = kept
  const unknown = (id: string): ApiError => notFound(`there is no ${noun} ${id}`)
  const action = (verb: string): string => `${verb}-${noun.replaceAll(' ', '-')}`
  const subject = (id: string): { kind: string; id: string } => ({ kind: noun, id })

  const refuseWrong = async (trx: Transaction, item: T): Promise<void> => {
    const details = (await check?.(trx, item)) ?? []
    if (details.length === 0) return
    throw invalid(details.map((detail) => `${detail.path}: ${detail.message}`).join('; '), details)
  }

  const refuseReferred = async (trx: Transaction, id: string): Promise<void> => {
    if (referredAs === undefined) return
    const flows = deps.usedByFlows?.(referredAs, id).map((flowId) => `flow ${flowId}`) ?? []
    const referrers = [...(await referrersOf(trx, referredAs, id)), ...flows]
    if (referrers.length === 0) return
    const message = `${noun} ${id} is still used by ${referrers.join(', ')}: change those first`
    throw conflict('referenced', message, { referrers })
  }

  return {
    noun,
    list: () => [...kept.of(directory.snapshot()).values()],
    get(id) {
      const item = kept.of(directory.snapshot()).get(id)
      if (item === undefined) throw unknown(id)
      return item
    },
    async create(item, context) {
      await changeDirectory(database, context, async (trx) => {
        if ((await readOne(trx, table, item.id)) !== null)
          throw conflict('already-exists', `there is a ${noun} ${item.id} already: choose another id`)
        await refuseWrong(trx, item)
        await insert(trx, table, item)
        return { result: item, audit: { action: action('create'), subject: subject(item.id), after: item } }
      })
      await directory.refresh()
      return item
    },
    async update(id, patch, context, seen) {
      const changed = await changeDirectory(database, context, async (trx) => {
        const before = await readOne(trx, table, id)
        if (before === null) throw unknown(id)
        await refuseOvertaken(trx, subject(id), before, seen)
        const after: T = { ...before, ...withoutUndefined(patch) }
        await refuseWrong(trx, after)
        await update(trx, table, after)
        return { result: after, audit: { action: action('change'), subject: subject(id), before, after } }
      })
      await directory.refresh()
      return changed
    },
    async remove(id, context) {
      await changeDirectory(database, context, async (trx) => {
        const before = await readOne(trx, table, id)
        if (before === null) throw unknown(id)
        await refuseReferred(trx, id)
        await remove(trx, table, id)
        return { result: undefined, audit: { action: action('remove'), subject: subject(id), before } }
      })
      await directory.refresh()
    },
  }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

export function withoutUndefined<T extends object>(patch: T): Defined<T> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Defined<T>
}

/** One detail for each id that doesn't exist. */
export async function unknownReferences(
  trx: Transaction,
  kind: Kind,
  ids: readonly string[],
  path: string,
): Promise<ErrorDetail[]> {
  const unknown = await missing(trx, kind, [...new Set(ids)])
  return unknown.map((id) => ({ path, message: `there is no ${kind} ${id}` }))
}

async function checkQueue(trx: Transaction, queue: Queue): Promise<ErrorDetail[]> {
  const contradiction = contradictionOf(queue)
  const targets = queue.overflow.map((rule) => rule.toQueueId).filter((id) => id !== queue.id)
  const relaxed = queue.relaxation.flatMap((step) => Object.keys(step.skills))
  return [
    ...(contradiction === null ? [] : [contradiction]),
    ...(await unknownReferences(trx, 'skill', Object.keys(queue.requirement), 'body.requirement')),
    ...(await unknownReferences(trx, 'skill', relaxed, 'body.relaxation')),
    ...(await unknownReferences(trx, 'queue', targets, 'body.overflow')),
    ...(await unknownReferences(trx, 'hours', queue.hoursId === null ? [] : [queue.hoursId], 'body.hoursId')),
  ]
}

async function checkTrunk(_trx: Transaction, trunk: Trunk): Promise<ErrorDetail[]> {
  const contradiction = contradictionOfTrunk(trunk)
  return contradiction === null ? [] : [contradiction]
}

async function checkEntryPoint(trx: Transaction, entryPoint: EntryPoint): Promise<ErrorDetail[]> {
  const { flowId, fallbackQueueId } = entryPoint
  const fallback = fallbackQueueId === null ? [] : [fallbackQueueId]
  return [
    ...(await unknownReferences(trx, 'flow', [flowId], 'body.flowId')),
    ...(await unknownReferences(trx, 'queue', fallback, 'body.fallbackQueueId')),
  ]
}
