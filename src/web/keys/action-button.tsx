/** A button that shows its key and answers to it. Plain, for a conversation has many and opens within a frame or two. */
import { Loader } from '@mantine/core'
import type { ComponentPropsWithRef, ReactNode } from 'react'
import { usePhoneSettings } from '../softphone/settings.ts'
import { keyName, useKey } from './keys.ts'
import styles from './action-button.module.css'

/** `rest`: what a menu or popover adds to the button that opens it. */
type ActionButtonProps = Readonly<{
  label: string
  onAct(): void
  shortcut?: string | undefined
  tone?: 'main' | 'plain' | 'late'
  pressed?: boolean
  icon?: ReactNode
  loading?: boolean
}> &
  Omit<ComponentPropsWithRef<'button'>, 'type' | 'children' | 'className' | 'onClick'>

export function ActionButton(props: ActionButtonProps) {
  const { label, onAct, shortcut, tone = 'plain', pressed, icon, loading = false, disabled = false, ...rest } = props
  const { letterKeys } = usePhoneSettings()
  useKey(shortcut, onAct, !disabled && !loading, label)
  return (
    <button
      {...rest}
      type="button"
      className={styles.root}
      disabled={disabled || loading}
      data-tone={tone}
      data-loading={loading}
      data-pressed={pressed}
      aria-pressed={pressed}
      aria-busy={loading}
      aria-keyshortcuts={shortcut}
      onClick={onAct}
    >
      {loading && <Loader size={16} className={styles.loader} />}
      <span>
        {icon !== undefined && <span data-position="left">{icon}</span>}
        <span>{label}</span>
        {shortcut !== undefined && letterKeys && (
          <span data-position="right">
            <kbd aria-hidden="true">{keyName(shortcut)}</kbd>
          </span>
        )}
      </span>
    </button>
  )
}
