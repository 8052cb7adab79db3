/** Choose who gets the conversation, or whom to ask: type a name, a queue or a number, then one key. */
import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { ActionButton } from '../keys/action-button.tsx'
import { useChoice } from '../keys/choice.ts'
import { useText } from '../languages/language.ts'
import { Dialog } from '../look/dialog.tsx'
import { GrowingField } from '../look/growing-field.tsx'
import { useCatalogue } from '../desk/names.ts'
import type { Colleague } from '../../directory/colleague-routes.ts'
import { useColleagues } from './destinations.ts'
import styles from './hand-on-dialog.module.css'

export type Destination = Readonly<{ agent: string } | { queue: string } | { number: string }>
export type HandingOn = 'transfer' | 'consult' | 'conference' | 'move'

type HandOnDialogProps = Readonly<{
  opened: boolean
  /** What can be done here, the usual one first. */
  ways: readonly HandingOn[]
  takesNumbers: boolean
  /** Absent: nobody would read it. */
  note?: Readonly<{ value: string; onChange(text: string): void }>
  onClose(): void
  onChoose(way: HandingOn, to: Destination): void
}>

type Entry = Readonly<{ id: string; label: string; hint: string; to: Destination; isThere: boolean }>

export function HandOnDialog(props: HandOnDialogProps) {
  const t = useText()
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title={t('handOn.title')}>
      <Choice {...props} />
    </Dialog>
  )
}

function Choice({ ways, takesNumbers, note, onChoose, onClose }: HandOnDialogProps) {
  const t = useText()
  const [search, setSearch] = useState('')
  // Who is free comes first, and that changes while somebody writes.
  const entries = useEntries(search, takesNumbers)
  const [usual = 'transfer'] = ways
  const go = (way: HandingOn, { to }: Entry): void => {
    onChoose(way, to)
    onClose()
  }
  const { current, ...choice } = useChoice(entries, (entry) => go(usual, entry))
  return (
    <div className={styles.choice}>
      <TextInput
        data-autofocus
        {...choice.field}
        label={t('handOn.to')}
        placeholder={t(takesNumbers ? 'handOn.placeholderNumber' : 'handOn.placeholder')}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value)
          choice.beginAnew()
        }}
      />
      <ul {...choice.list} aria-label={t('handOn.to')}>
        {entries.map((entry) => (
          <li key={entry.id} {...choice.option(entry)} data-there={entry.isThere} onClick={() => choice.choose(entry)}>
            <i aria-hidden="true" />
            {entry.label} <small>{entry.hint}</small>
          </li>
        ))}
      </ul>
      {note !== undefined && (
        <GrowingField
          label={t('handOn.note')}
          minRows={2}
          maxLength={2_000}
          value={note.value}
          onFocus={() => choice.choose(current)}
          onChange={(event) => note.onChange(event.currentTarget.value)}
        />
      )}
      <div className={styles.row}>
        {ways.map((way) => (
          <ActionButton
            key={way}
            label={t(`handOn.${way}`)}
            tone={way === usual ? 'main' : 'plain'}
            disabled={current === undefined}
            onAct={() => current !== undefined && go(way, current)}
          />
        ))}
      </div>
    </div>
  )
}

function useEntries(search: string, takesNumbers: boolean): readonly Entry[] {
  const t = useText()
  const colleagues = useColleagues(true)
  const queues = useCatalogue('queues')
  const wanted = search.trim().toLocaleLowerCase()
  const stateOf = ({ presence, busy }: Colleague): string =>
    presence === 'available' && busy ? t('colleague.busy') : t(`presence.${presence}`)
  const all: Entry[] = [
    ...colleagues
      .toSorted((a, b) => Number(isFree(b)) - Number(isFree(a)))
      .map((it) => ({ id: it.id, label: it.name, hint: stateOf(it), to: { agent: it.id }, isThere: isFree(it) })),
    ...queues.map(({ id, name }) => ({
      id: `queue-${id}`,
      label: name,
      hint: t('handOn.queue'),
      to: { queue: id },
      isThere: true,
    })),
  ]
  const found = all.filter(({ label }) => label.toLocaleLowerCase().includes(wanted))
  const number = search.replaceAll(/[\s().-]/g, '')
  if (!takesNumbers || !/^\+?[\d*#]{2,32}$/.test(number)) return found
  return [...found, { id: 'number', label: number, hint: t('handOn.number'), to: { number }, isThere: true }]
}

const isFree = ({ presence, busy }: Colleague): boolean => presence === 'available' && !busy
