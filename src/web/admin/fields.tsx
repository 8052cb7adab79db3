/** What forms are made of: every field has its label, its unit, and what is wrong with it right below. */
import { NativeSelect, Switch, Textarea, TextInput } from '@mantine/core'
import { useId, useState } from 'react'
import { ActionButton } from '../keys/action-button.tsx'
import { useText } from '../languages/language.ts'
import styles from './admin.module.css'

/** What explains a field stands below it, so that fields of one row stand in line. */
const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']

type FieldProps<T> = Readonly<{
  label: string
  value: T
  onChange(value: T): void
  hint?: string | undefined
  error?: string | undefined
  disabled?: boolean
}>

export function TextField(props: FieldProps<string> & Readonly<{ autoFocus?: boolean; list?: readonly string[] }>) {
  const { label, value, onChange, hint, error, list, autoFocus, ...rest } = props
  const listId = useId()
  return (
    <>
      <TextInput
        {...rest}
        label={label}
        description={hint}
        inputWrapperOrder={order}
        error={error}
        value={value}
        autoComplete="off"
        data-autofocus={autoFocus}
        autoFocus={autoFocus === true}
        list={list === undefined ? undefined : listId}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {list !== undefined && (
        <datalist id={listId}>
          {list.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
    </>
  )
}

export function LongTextField({ label, value, onChange, hint, error }: FieldProps<string>) {
  return (
    <Textarea
      label={label}
      description={hint}
      inputWrapperOrder={order}
      error={error}
      value={value}
      autosize
      minRows={2}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

type NumberFieldProps = FieldProps<number | null> &
  Readonly<{
    /** Of the value in one of what is shown: 1,000 where milliseconds are shown as seconds. */
    per?: number
    unit?: string
    /** What an empty field means; without it nothing may be left out. */
    empty?: string
  }>

/** Keeps what is being typed until it is a number. */
export function NumberField(props: NumberFieldProps) {
  const { label, value, onChange, hint, error, per = 1, unit, empty, disabled } = props
  const shown = value === null ? '' : String(value / per)
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <TextInput
      label={label}
      description={hint}
      inputWrapperOrder={order}
      error={error}
      disabled={disabled ?? false}
      inputMode="decimal"
      placeholder={empty}
      value={typed ?? shown}
      rightSection={unit === undefined ? undefined : <span className={styles.unit}>{unit}</span>}
      rightSectionPointerEvents="none"
      onChange={(event) => {
        const text = event.currentTarget.value
        setTyped(text)
        const number = Number(text.replace(',', '.'))
        if (text.trim() === '') {
          if (empty !== undefined) onChange(null)
        } else if (Number.isFinite(number)) onChange(Math.round(number * per))
      }}
      onBlur={() => setTyped(null)}
    />
  )
}

export type Choice = Readonly<{ value: string; label: string }>

export function ChoiceField(props: FieldProps<string> & Readonly<{ choices: readonly Choice[] }>) {
  const { label, value, onChange, hint, error, choices, disabled } = props
  return (
    <NativeSelect
      label={label}
      description={hint}
      inputWrapperOrder={order}
      error={error}
      disabled={disabled ?? false}
      value={value}
      data={[...choices]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

export function SwitchField({ label, value, onChange, hint, disabled }: FieldProps<boolean>) {
  return (
    <Switch
      className={styles.wide ?? ''}
      label={label}
      description={hint}
      checked={value}
      disabled={disabled ?? false}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}

type RowsProps<T> = Readonly<{
  label: string
  rows: readonly T[]
  addLabel: string
  error?: string | undefined
  newRow(): T
  onChange(rows: readonly T[]): void
  /** The fields of one row. */
  render(row: T, set: (row: T) => void, index: number): React.ReactNode
}>

/** A list that grows by a button and shrinks by one in each row. */
export function Rows<T>({ label, rows, addLabel, error, newRow, onChange, render }: RowsProps<T>) {
  const t = useText()
  return (
    <div role="group" aria-label={label} className={styles.rows}>
      {rows.map((row, i) => (
        <div key={i} className={styles.row}>
          {render(row, (changed) => onChange(rows.with(i, changed)), i)}
          <ActionButton label={t('admin.removeRow')} onAct={() => onChange(rows.toSpliced(i, 1))} />
        </div>
      ))}
      {error !== undefined && <p role="alert">{error}</p>}
      <ActionButton label={addLabel} onAct={() => onChange([...rows, newRow()])} />
    </div>
  )
}
