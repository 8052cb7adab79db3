/**
 * Looks now and then how much room is left on the disks that hold our data, so that people are told before one is full. A disk
 * that holds several parts is one; a part that isn't on this machine isn't looked at.
 */
import { stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../../config.ts'
import type { Log } from '../log.ts'
import { diskLevel, type DiskLevel, type Space } from './level.ts'

export const diskParts = ['data', 'recordings', 'database'] as const
export type DiskPart = (typeof diskParts)[number]

export type Disk = Space & Readonly<{ holds: readonly DiskPart[]; level: DiskLevel }>

export type DiskWatch = Readonly<{
  /** As they were at the last look; none before the first. */
  disks(): readonly Disk[]
  stop(): void
}>

type Measured = Space & Readonly<{ device: number }>
type Seen = Measured & Readonly<{ part: DiskPart; folder: string }>
type Options = Readonly<{
  config: Pick<Config, 'dataDir' | 'diskBounds' | 'diskCheckMs'>
  log: Log
  /** Rejects with ENOENT where there is no such folder. */
  measure?: (folder: string) => Promise<Measured>
}>

/** Where each part lies unless it is another machine's: then its folder isn't there. */
const foldersIn = (dataDir: string): Readonly<Record<DiskPart, string>> => ({
  data: dataDir,
  recordings: join(dataDir, 'asterisk', 'spool', 'recording'),
  database: join(dataDir, 'postgres'),
})

export function watchDisks({ config, log, measure = measureFolder }: Options): DiskWatch {
  const folders = foldersIn(config.dataDir)
  const levels = new Map<number, DiskLevel>()
  const unreadable = new Set<DiskPart>()
  let disks: readonly Disk[] = []
  let isBusy = false

  const look = async (): Promise<void> => {
    const seen = (await Promise.all(diskParts.map((part) => measured(part)))).filter((one) => one !== null)
    const devices = new Set(seen.map(({ device }) => device))
    disks = [...devices].map((device) => judged(seen.filter((one) => one.device === device)))
  }

  const measured = async (part: DiskPart): Promise<Seen | null> => {
    const folder = folders[part]
    try {
      const seen = await measure(folder)
      unreadable.delete(part)
      return { part, folder, ...seen }
    } catch (error) {
      const isElsewhere = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      if (!isElsewhere && !unreadable.has(part)) {
        unreadable.add(part)
        log.warn(
          { err: error, folder },
          "how much space is free there can't be read: nobody is warned before it is full",
        )
      }
      return null
    }
  }

  const judged = (parts: readonly Seen[]): Disk => {
    const [first] = parts
    if (first === undefined) throw new Error('a disk holds something')
    const { device, folder, freeBytes, totalBytes } = first
    const before = levels.get(device) ?? 'enough'
    const level = diskLevel(before, first, config.diskBounds)
    levels.set(device, level)
    const disk: Disk = { holds: parts.map(({ part }) => part), level, freeBytes, totalBytes }
    if (level !== before) tell({ ...disk, folder })
    return disk
  }

  const tell = (disk: Disk & Readonly<{ folder: string }>): void => {
    if (disk.level === 'urgent')
      log.error({ disk }, 'the disk is almost full: free space now, before nothing can be stored')
    else if (disk.level === 'low') log.warn({ disk }, 'space on the disk is running low: free some, or make it larger')
    else log.info({ disk }, 'there is enough space on the disk again')
  }

  const begin = (): void => {
    // A network disk that hangs is asked once.
    if (isBusy) return
    isBusy = true
    void look().finally(() => (isBusy = false))
  }
  begin()
  const timer = setInterval(begin, config.diskCheckMs)
  timer.unref()
  return { disks: () => disks, stop: () => clearInterval(timer) }
}

/** As `df` counts it: what root keeps for itself is neither free nor part of the whole. */
async function measureFolder(folder: string): Promise<Measured> {
  const [{ dev: device }, { bsize, blocks, bfree, bavail }] = await Promise.all([stat(folder), statfs(folder)])
  return { device, freeBytes: bavail * bsize, totalBytes: (blocks - bfree + bavail) * bsize }
}
