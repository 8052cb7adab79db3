/** Above every desk of those who can do something about it: a disk that is running full, while there is still time. */
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Disk } from '../../platform/disks/watch.ts'
import { amountOfData, listOf } from '../languages/format.ts'
import { useLocale, useText } from '../languages/language.ts'
import { get } from '../server/api.ts'
import styles from './disk-notice.module.css'

const askEveryMs = 60_000
const seenKey = 'centralita.disks-seen'

export function DiskNotice() {
  const t = useText()
  const language = useLocale()
  const [seen, setSeen] = useState(() => sessionStorage.getItem(seenKey))
  const { data } = useQuery({
    queryKey: ['disks'],
    queryFn: () => get<{ items: readonly Disk[] }>('/api/disks'),
    refetchInterval: askEveryMs,
  })
  const isWell = data?.items.every(({ level }) => level === 'enough') === true
  // Running low once more is news again.
  useEffect(() => {
    if (!isWell) return
    sessionStorage.removeItem(seenKey)
    setSeen(null)
  }, [isWell])
  const worst = data?.items.toSorted((a, b) => gravity[b.level] - gravity[a.level])[0]
  if (worst === undefined || worst.level === 'enough') return null
  const { holds, level, freeBytes, totalBytes } = worst
  const id = holds.join()
  // Seen once is enough, unless it gets worse.
  if (level === 'low' && seen === id) return null
  const figures = {
    free: amountOfData(freeBytes, language),
    total: amountOfData(totalBytes, language),
    parts: listOf(
      holds.map((part) => t(`disk.part.${part}`)),
      language,
    ),
  }
  return (
    <div className={styles.notice} role={level === 'urgent' ? 'alert' : 'status'} data-level={level}>
      <p>
        <b>{t(`disk.${level}`)}</b> {t('disk.left', figures)} {t('disk.action')}
      </p>
      {level === 'low' && (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            sessionStorage.setItem(seenKey, id)
            setSeen(id)
          }}
        >
          {t('missed.seen')}
        </Button>
      )}
    </div>
  )
}

const gravity: Readonly<Record<Disk['level'], number>> = { enough: 0, low: 1, urgent: 2 }
