/** A field of several lines that grows with what is written in it: the browser's own work, where it knows how. */
import { useId, type ComponentPropsWithRef } from 'react'
import styles from './growing-field.module.css'

/** Named by a label above it, or by `aria-label`. */
type GrowingFieldProps = Omit<ComponentPropsWithRef<'textarea'>, 'value' | 'rows' | 'id'> &
  Readonly<{ label?: string; value: string; minRows: 1 | 2 }>

const mostRows = 8

export function GrowingField({ label, minRows, className = '', ...rest }: GrowingFieldProps) {
  const id = useId()
  return (
    <div className={className}>
      {label !== undefined && (
        <label className={styles.label} htmlFor={id}>
          {label}
        </label>
      )}
      <textarea
        {...rest}
        id={id}
        className={styles.field}
        // For browsers that don't measure their fields themselves.
        rows={Math.max(minRows, rest.value.split('\n', mostRows).length)}
        data-rows={minRows}
      />
    </div>
  )
}
