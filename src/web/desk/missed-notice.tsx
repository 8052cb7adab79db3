/** What I missed, said plainly, until I have seen it. */
import { Button } from '@mantine/core'
import { timeOfDay } from '../languages/format.ts'
import { useLocale, useText } from '../languages/language.ts'
import { useDesk, useDeskStore } from '../live/use-desk.ts'
import { useSetPresence } from './actions.ts'
import styles from './missed-notice.module.css'

export function MissedNotice() {
  const t = useText()
  const language = useLocale()
  const store = useDeskStore()
  const { state } = useDesk()
  const setPresence = useSetPresence()
  const { missed, agent } = state
  if (missed.length === 0) return null
  const isAway = agent?.presence === 'not-ready'
  return (
    <div className={styles.notice} role="alert">
      <b>{t('missed.title', { count: missed.length })}</b>
      <ul>
        {missed.map(({ interactionId, at, name, reason }) => (
          <li key={`${interactionId}/${at}`}>
            {timeOfDay(at, language)} · {name ?? t('customer.unknown')} · {t(`missed.reason.${reason}`)}
          </li>
        ))}
      </ul>
      {isAway && <p>{t('missed.notReady')}</p>}
      <div className={styles.row}>
        {isAway && (
          <Button
            size="xs"
            onClick={() => {
              setPresence.mutate({ presence: 'available', reason: null })
              store.seenMissed()
            }}
          >
            {t('missed.back')}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => store.seenMissed()}>
          {t('missed.seen')}
        </Button>
      </div>
    </div>
  )
}
