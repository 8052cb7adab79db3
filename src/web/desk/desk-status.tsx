/** In the bar, always in sight: my presence, my telephone, and whether the page is told what happens. */
import { useState } from 'react'
import { useText, type MessageKey } from '../languages/language.ts'
import { Icon } from '../look/icons.tsx'
import { useDesk } from '../live/use-desk.ts'
import { usePhone } from '../softphone/use-softphone.ts'
import { usePhoneSettings } from '../softphone/settings.ts'
import { PhoneSettingsDialog } from './phone-settings-dialog.tsx'
import { PresenceMenu } from './presence.tsx'
import styles from './desk-status.module.css'

export function DeskStatus() {
  const t = useText()
  const { connection, state: desk } = useDesk()
  const { device } = usePhoneSettings()
  const { state, microphoneProblem } = usePhone()
  const [showsSettings, setShowsSettings] = useState(false)
  const word: MessageKey = microphoneProblem
    ? 'phone.noMicrophone'
    : device === 'phone'
      ? 'phone.atDesk'
      : `phone.${state}`
  const isWell = !microphoneProblem && (device === 'phone' || state === 'ready')
  return (
    <>
      <PresenceMenu />
      {desk.agent !== null && (
        <button
          type="button"
          className={styles.phone}
          data-well={isWell}
          aria-label={t('phone.label', { state: t(word) })}
          onClick={() => setShowsSettings(true)}
        >
          <Icon name="voice" size={16} />
          {!isWell && <span>{t(word)}</span>}
        </button>
      )}
      <PhoneSettingsDialog opened={showsSettings} onClose={() => setShowsSettings(false)} />
      {connection === 'away' && (
        <span className={styles.away} role="status">
          {t('live.away')}
        </span>
      )}
    </>
  )
}
