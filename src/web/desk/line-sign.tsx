/** Whether the microphone hears me, and how well the call travels. */
import { Tooltip } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useText } from '../languages/language.ts'
import { watchLevel } from '../softphone/line-watch.ts'
import { usePhone } from '../softphone/use-softphone.ts'
import styles from './line-sign.module.css'

const bars = [0.04, 0.12, 0.25, 0.45, 0.7] as const

export function LineSign() {
  const t = useText()
  const { call } = usePhone()
  const [level, setLevel] = useState(0)
  const microphone = call?.microphone ?? null
  useEffect(() => (microphone === null ? undefined : watchLevel(microphone, setLevel)), [microphone])
  if (call === null || microphone === null) return null
  const { line } = call
  const quality = line?.quality ?? 'good'
  const details = t('line.details', {
    loss: Math.round((line?.loss ?? 0) * 100),
    jitter: Math.round(line?.jitterMs ?? 0),
    trip: line?.roundTripMs == null ? '–' : Math.round(line.roundTripMs),
  })
  return (
    <Tooltip label={`${t(`line.${quality}`)} · ${details}`}>
      <span className={styles.sign} data-quality={quality} role="img" tabIndex={0} aria-label={t(`line.${quality}`)}>
        {bars.map((least) => (
          <i key={least} data-on={!call.muted && level >= least} />
        ))}
        {quality !== 'good' && <span>{t(`line.${quality}`)}</span>}
      </span>
    </Tooltip>
  )
}
