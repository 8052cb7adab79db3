/** A button that shows its key and answers to it. */
import { Button, type ButtonProps } from '@mantine/core'
import type { ReactNode, Ref } from 'react'
import { usePhoneSettings } from '../softphone/settings.ts'
import { useKey } from './keys.ts'
import styles from './action-button.module.css'

type ActionButtonProps = Readonly<{
  label: string
  onAct(): void
  shortcut?: string | undefined
  tone?: 'main' | 'plain' | 'late'
  pressed?: boolean
  icon?: ReactNode
  ref?: Ref<HTMLButtonElement>
}> &
  Pick<ButtonProps, 'disabled' | 'loading' | 'fullWidth'>

export function ActionButton(props: ActionButtonProps) {
  const { label, onAct, shortcut, tone = 'plain', pressed, icon, ...rest } = props
  const { letterKeys } = usePhoneSettings()
  useKey(shortcut, onAct, rest.disabled !== true && rest.loading !== true)
  return (
    <Button
      {...rest}
      variant={tone === 'main' ? 'filled' : 'default'}
      className={tone === 'late' ? styles.late : undefined}
      data-pressed={pressed}
      aria-pressed={pressed}
      aria-keyshortcuts={shortcut}
      onClick={onAct}
      leftSection={icon}
      rightSection={shortcut !== undefined && letterKeys && <kbd aria-hidden="true">{shown(shortcut)}</kbd>}
      classNames={{ root: styles.root, label: styles.label, section: styles.section }}
    >
      {label}
    </Button>
  )
}

const shown = (shortcut: string): string => shortcut.replace('ctrl+', 'Ctrl ').replace('alt+', 'Alt ').toUpperCase()
