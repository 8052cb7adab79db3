/** Am I available, since when, and if not: why. */
import { Menu, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import { useKey } from '../keys/keys.ts'
import { clock } from '../languages/format.ts'
import { useText } from '../languages/language.ts'
import { useDesk, useNow } from '../live/use-desk.ts'
import { useSetPresence, type WantedPresence } from './actions.ts'
import { useCatalogue } from './names.ts'
import { useReasonWords } from './reasons.ts'
import styles from './presence.module.css'

export function PresenceMenu() {
  const t = useText()
  const now = useNow()
  const { state } = useDesk()
  const reasons = useCatalogue('not-ready-reasons')
  const reasonWords = useReasonWords()
  const setPresence = useSetPresence()
  const [isOpen, setOpen] = useState(false)
  useKey('p', () => setOpen(true))
  const { agent } = state
  if (agent === null) return null
  // What I chose is shown before the service has said it back.
  const wanted: WantedPresence = setPresence.isPending ? setPresence.variables : agent
  const label =
    wanted.presence !== 'not-ready' || wanted.reason === null
      ? t(`presence.${wanted.presence}`)
      : reasonWords(wanted.reason)
  const choose = (presence: WantedPresence['presence'], reason: string | null = null): void =>
    setPresence.mutate({ presence, reason })
  return (
    <Menu opened={isOpen} onChange={setOpen} position="bottom-start" width={220}>
      <div className={styles.presence} data-presence={wanted.presence}>
        <Menu.Target>
          <UnstyledButton className={styles.button} aria-keyshortcuts="p">
            <i aria-hidden="true" />
            <span className={styles.word}>
              <VisuallyHidden>{t('presence.label')} </VisuallyHidden>
              {label}
            </span>
          </UnstyledButton>
        </Menu.Target>
        <span className={styles.since} role="timer">
          {clock(now - agent.since)}
        </span>
      </div>
      <Menu.Dropdown>
        <Menu.Item onClick={() => choose('available')}>{t('presence.available')}</Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('presence.not-ready')}</Menu.Label>
        {reasons.map(({ id, name }) => (
          <Menu.Item key={id} onClick={() => choose('not-ready', id)}>
            {name}
          </Menu.Item>
        ))}
        <Menu.Item onClick={() => choose('not-ready')}>{t('presence.noReason')}</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => choose('offline')}>{t('presence.offline')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
