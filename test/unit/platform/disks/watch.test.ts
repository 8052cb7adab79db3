import { expect, it } from 'vitest'
import { readConfig } from '../../../../src/config.ts'
import { watchDisks } from '../../../../src/platform/disks/watch.ts'
import { createLog } from '../../../../src/platform/log.ts'

const MB = 1e6
const config = { ...readConfig({ DATA_DIR: '/data', DISK_LOW: '50MB', DISK_URGENT: '10MB' }), diskCheckMs: 1 }

/** Folders on disks of which the test decides what is free; what isn't listed isn't there. */
function disks(free: Record<string, number | Error>, deviceOf: Record<string, number>) {
  const said: { level: string; msg: string }[] = []
  let looks = 0
  let told = (): void => undefined
  const watch = watchDisks({
    config,
    log: createLog({
      level: 'info',
      destination: { write: (line: string) => void said.push(JSON.parse(line) as (typeof said)[number]) },
    }),
    async measure(folder) {
      const found = free[folder]
      if (folder === '/data') {
        looks += 1
        told()
      }
      if (found instanceof Error) throw found
      if (found === undefined) throw Object.assign(new Error('no such folder'), { code: 'ENOENT' })
      return { device: deviceOf[folder] ?? 1, freeBytes: found * MB, totalBytes: 1_000 * MB }
    },
  })
  /** Two further looks have begun: the first of them is over. */
  const looked = async (): Promise<void> => {
    const until = looks + 2
    await new Promise<void>((resolve) => (told = () => void (looks >= until && resolve())))
  }
  return { watch, said, looked, words: () => said.map(({ level, msg }) => [level, msg]) }
}

const recordings = '/data/asterisk/spool/recording'
it('a disk is told once for each change, with all that it holds', async () => {
  const free: Record<string, number | Error> = { '/data': 40, [recordings]: 40, '/data/postgres': 900 }
  const { watch, looked, words, said } = disks(free, { '/data/postgres': 2 })
  await looked()
  await looked()
  expect(watch.disks()).toEqual([
    { holds: ['data', 'recordings'], level: 'low', freeBytes: 40 * MB, totalBytes: 1_000 * MB },
    { holds: ['database'], level: 'enough', freeBytes: 900 * MB, totalBytes: 1_000 * MB },
  ])
  free['/data'] = 5
  await looked()
  free['/data'] = 800
  await looked()
  watch.stop()
  expect(words()).toEqual([
    ['warn', 'space on the disk is running low: free some, or make it larger'],
    ['error', 'the disk is almost full: free space now, before nothing can be stored'],
    ['info', 'there is enough space on the disk again'],
  ])
  expect(said[0]).toMatchObject({ disk: { holds: ['data', 'recordings'], folder: '/data', freeBytes: 40 * MB } })
})

it('what lies on other machines is not looked at, and what can not be read is said once', async () => {
  const free: Record<string, number | Error> = { '/data': new Error('stale file handle') }
  const { watch, looked, words } = disks(free, {})
  await looked()
  await looked()
  const unreadable = ['warn', "how much space is free there can't be read: nobody is warned before it is full"]
  expect(words()).toEqual([unreadable])
  expect(watch.disks()).toEqual([])
  free['/data'] = 800
  await looked()
  expect(watch.disks()).toEqual([{ holds: ['data'], level: 'enough', freeBytes: 800 * MB, totalBytes: 1_000 * MB }])
  watch.stop()
})
